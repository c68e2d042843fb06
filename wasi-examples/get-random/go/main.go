// A random integer, uniform in [min, max]. Input and output are JSON; see README.md for the exact rules.
package main

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io"
	"os"
)

const inputBytesMax = 1024

func main() {
	if err := run(); err != nil {
		fmt.Fprintf(os.Stderr, "get-random: %v\n", err)
		os.Exit(1)
	}
}

func run() error {
	input, err := io.ReadAll(io.LimitReader(os.Stdin, inputBytesMax+1))
	if err != nil {
		return err
	}
	if len(input) > inputBytesMax {
		return fmt.Errorf("the input is longer than %d bytes", inputBytesMax)
	}
	min, max, err := readRange(input)
	if err != nil {
		return err
	}
	number := min + int64(randomBelow(uint64(max-min)+1))
	fmt.Printf(`{"random_number":%d}`, number)
	return nil
}

func randomUint64() uint64 {
	var bytes [8]byte
	rand.Read(bytes[:])
	return binary.LittleEndian.Uint64(bytes[:])
}

// Rejection sampling: the plain remainder would favour small numbers.
func randomBelow(count uint64) uint64 {
	rejected := -count % count // 2^64 mod count
	value := randomUint64()
	for value < rejected {
		value = randomUint64()
	}
	return value % count
}
