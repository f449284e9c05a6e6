//go:build gc && !race && !purego

#include "textflag.h"

// Every store of amd64 has release order. The call keeps the compiler from
// moving one over it.
//
// func release(state *uint32)
TEXT ·release(SB), NOSPLIT, $0-8
	MOVQ state+0(FP), AX
	MOVL $0, (AX)
	RET
