// Package console exports metrics as text: tables for people, with [New], or JSON lines
// for programs, with [NewJSON]. Programs import it for development, for runs without a
// backend, and where other software collects their output. It needs no account and no
// network.
//
// # A complete program
//
//	func main() {
//		if err := shopmetrics.RegisterViews(); err != nil {
//			log.Fatal(err)
//		}
//		opts := runtime.Options{Exporter: console.New(os.Stdout)}
//		if err := runtime.Run(context.Background(), opts, serve); err != nil {
//			log.Fatal(err)
//		}
//	}
package console
