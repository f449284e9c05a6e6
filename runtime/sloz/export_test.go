package sloz

import "time"

// SetProcess gives the page another process for as long as restore is not called.
func SetProcess(program, host string, pid int, started time.Time) (restore func()) {
	real := this
	this = process{Program: program, Host: host, PID: pid, Started: started}
	return func() { this = real }
}
