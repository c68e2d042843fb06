package main

import (
	"errors"
	"fmt"
)

const integerMax = 9007199254740991 // 2^53 - 1: every JSON reader holds it exactly

var errFields = errors.New("expected only the fields min and max")

// readRange reads {"min":1,"max":100}, and nothing else.
func readRange(input []byte) (min, max int64, err error) {
	r := reader{input: input}
	numbers := map[string]int64{}
	if err := r.expect('{'); err != nil {
		return 0, 0, err
	}
	for field := range 2 {
		if field > 0 {
			if err := r.expect(','); err != nil {
				return 0, 0, err
			}
		}
		name, err := r.name()
		if err != nil {
			return 0, 0, err
		}
		if err := r.expect(':'); err != nil {
			return 0, 0, err
		}
		if _, isThere := numbers[name]; isThere || (name != "min" && name != "max") {
			return 0, 0, errFields
		}
		if numbers[name], err = r.integer(name); err != nil {
			return 0, 0, err
		}
	}
	if err := r.expect('}'); err != nil {
		return 0, 0, err
	}
	r.skipSpace()
	if r.peek() != 0 {
		return 0, 0, errors.New("something follows the JSON object")
	}
	if numbers["min"] > numbers["max"] {
		return 0, 0, errors.New("min is greater than max")
	}
	return numbers["min"], numbers["max"], nil
}

type reader struct {
	input []byte
	at    int
}

// peek gives the next byte, zero at the end.
func (r *reader) peek() byte {
	if r.at < len(r.input) {
		return r.input[r.at]
	}
	return 0
}

func (r *reader) skipSpace() {
	for r.peek() == ' ' || r.peek() == '\t' || r.peek() == '\n' || r.peek() == '\r' {
		r.at++
	}
}

func (r *reader) expect(char byte) error {
	r.skipSpace()
	if r.peek() != char {
		return fmt.Errorf("expected '%c' at byte %d of the input", char, r.at)
	}
	r.at++
	return nil
}

// name leaves out escapes: the two names that are allowed need none.
func (r *reader) name() (string, error) {
	if err := r.expect('"'); err != nil {
		return "", err
	}
	start := r.at
	for r.peek() != '"' {
		if r.peek() == 0 || r.peek() == '\\' {
			return "", errFields
		}
		r.at++
	}
	r.at++
	return string(r.input[start : r.at-1]), nil
}

func (r *reader) isDigit() bool { return r.peek() >= '0' && r.peek() <= '9' }

func (r *reader) integer(name string) (int64, error) {
	r.skipSpace()
	negative := r.peek() == '-'
	if negative {
		r.at++
	}
	start := r.at
	var value int64
	for ; r.isDigit(); r.at++ {
		value = value*10 + int64(r.peek()-'0')
		if value > integerMax {
			return 0, fmt.Errorf("%s is beyond +-(2^53 - 1)", name)
		}
	}
	digits := r.input[start:r.at]
	hasLeadingZero := len(digits) > 1 && digits[0] == '0'
	if len(digits) == 0 || hasLeadingZero || r.peek() == '.' || r.peek() == 'e' || r.peek() == 'E' {
		return 0, fmt.Errorf("%s is not an integer", name)
	}
	if negative {
		value = -value
	}
	return value, nil
}
