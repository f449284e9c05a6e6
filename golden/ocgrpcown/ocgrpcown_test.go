package ocgrpcown_test

import (
	"testing"

	"github.com/ocgen/ocgen/golden/internal/ocgrpcviews"
	"github.com/ocgen/ocgen/golden/ocgrpcown"
)

func TestSameViewsAsThePlugin(t *testing.T) { ocgrpcviews.Compare(t, ocgrpcown.Views()) }
