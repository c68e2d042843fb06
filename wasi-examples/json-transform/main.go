// Transforms JSON by a filter in the jq language. See README.md.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/itchyny/gojq"
)

type request struct {
	Filter string `json:"filter"`
	Data   any    `json:"data"`
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "json-transform: %v\n", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	var asked request
	decoder := json.NewDecoder(in)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&asked); err != nil {
		return err
	}
	query, err := gojq.Parse(asked.Filter)
	if err != nil {
		return err
	}
	code, err := gojq.Compile(query)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriter(out)
	encoder := json.NewEncoder(buffered)
	encoder.SetEscapeHTML(false)
	for results := code.Run(asked.Data); ; {
		result, isThere := results.Next()
		if !isThere {
			return buffered.Flush()
		}
		if err, isError := result.(error); isError {
			var halt *gojq.HaltError
			if errors.As(err, &halt) && halt.Value() == nil {
				return buffered.Flush()
			}
			return err
		}
		if err := encoder.Encode(result); err != nil {
			return err
		}
	}
}
