package ocgrpcown_test

import (
	"testing"

	"github.com/ocgen/ocgen/internal/tests/golden/internal/ocgrpcviews"
	"github.com/ocgen/ocgen/internal/tests/golden/ocgrpcown"
)

func TestSameViewsAsThePlugin(t *testing.T) { ocgrpcviews.Compare(t, ocgrpcown.Views()) }
