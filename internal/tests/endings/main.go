package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

func main() {
	if order := os.Getenv(orderVariable); order != "" {
		os.Exit(live(order, os.Stdout, os.Stderr))
	}
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("endings", flag.ContinueOnError)
	runs := flags.Int("runs", 10, "processes that each ending gets")
	spacing := flags.Duration("spacing", 5*time.Second, "least time between two points of a series, at the backend; Cloud Monitoring's is 5 s")
	page := flags.String("write", "", "file to put the table into, between its marks")
	only := flags.String("only", "", "name of the one ending to run")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 || *runs < 1 || *spacing <= 0 {
		return errors.New("usage: endings [-runs N] [-spacing DURATION] [-write FILE] [-only NAME]; N and DURATION are above zero")
	}
	if *page != "" && *only != "" {
		return errors.New("-write needs the whole table: leave -only out")
	}
	chosen, err := named(*only)
	if err != nil {
		return err
	}
	results, err := runAll(ctx, chosen, *runs, *spacing)
	if err != nil {
		return err
	}
	fmt.Fprint(out, table(results))
	if err := violations(results); err != nil {
		return err
	}
	if *page == "" {
		return nil
	}
	return writeTable(*page, table(results))
}

// named returns the ending of that name, all for "".
func named(name string) ([]ending, error) {
	if name == "" {
		return endings, nil
	}
	var known []string
	for _, e := range endings {
		if e.name == name {
			return []ending{e}, nil
		}
		known = append(known, fmt.Sprintf("%q", e.name))
	}
	return nil, fmt.Errorf("there is no ending %q; there are %s", name, strings.Join(known, ", "))
}
