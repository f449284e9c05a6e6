// Package console exports metrics as text tables for people to read: no
// account and no network is needed. It is meant for development and for
// programs that run on their own.
package console
