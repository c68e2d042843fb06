// Runs a Lua script that is the request's input. See README.md.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"

	lua "github.com/yuin/gopher-lua"
)

func main() {
	script, err := io.ReadAll(os.Stdin)
	if err == nil {
		err = run(string(script), os.Stdout)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "lua: %v\n", err)
		os.Exit(1)
	}
}

// run writes what the script prints, and then the values that it returns, one a line.
func run(script string, out io.Writer) error {
	state := lua.NewState()
	defer state.Close()
	buffered := bufio.NewWriter(out)
	defer buffered.Flush()
	state.SetGlobal("print", state.NewFunction(func(state *lua.LState) int {
		for i := 1; i <= state.GetTop(); i++ {
			if i > 1 {
				buffered.WriteByte('\t')
			}
			buffered.WriteString(state.ToStringMeta(state.Get(i)).String())
		}
		buffered.WriteByte('\n')
		return 0
	}))
	function, err := state.LoadString(script)
	if err != nil {
		return err
	}
	state.Push(function)
	if err := state.PCall(0, lua.MultRet, nil); err != nil {
		return err
	}
	for i := 1; i <= state.GetTop(); i++ {
		fmt.Fprintln(buffered, state.ToStringMeta(state.Get(i)))
	}
	return nil
}
