module get-random

go 1.24
