//go:build gc && !race && !purego

#include "textflag.h"

// func release(state *uint32)
TEXT ·release(SB), NOSPLIT, $0-8
	MOVD state+0(FP), R0
	STLRW ZR, (R0)
	RET
