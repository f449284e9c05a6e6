// Package console exports metrics as text: tables for people to read, with
// [New], or JSON lines for programs, with [NewJSON]. No account and no network is
// needed. It is meant for development, for programs that run on their own, and
// for whatever collects their output.
package console
