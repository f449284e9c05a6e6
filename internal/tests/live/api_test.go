package live

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// An api is a client of Cloud Monitoring's REST API.
type api struct {
	base   string // without a slash at its end
	client *http.Client
	pause  time.Duration // before a call is repeated
}

// callTimeout bounds one call.
const callTimeout = time.Minute

// An apiError is an answer of the API that is not OK.
type apiError struct {
	Code    int    `json:"code"`
	Status  string `json:"status"`
	Message string `json:"message"`
}

func (e *apiError) Error() string {
	return fmt.Sprintf("HTTP status %d %s: %s", e.Code, e.Status, e.Message)
}

// answers reports whether an error is an answer of the API with one of the HTTP statuses.
func answers(err error, statuses ...int) bool {
	var e *apiError
	return errors.As(err, &e) && slices.Contains(statuses, e.Code)
}

// once makes a call, which goes on if ctx ends: nobody would know what became of it.
func (a *api) once(ctx context.Context, verb, path string, query url.Values, body []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTimeout)
	defer cancel()
	address := a.base + "/" + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, verb, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := a.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusOK {
		return data, nil
	}
	var answer struct{ Error apiError }
	if err := json.Unmarshal(data, &answer); err != nil || answer.Error.Code == 0 {
		answer.Error = apiError{Code: resp.StatusCode, Status: http.StatusText(resp.StatusCode), Message: string(data)}
	}
	return nil, &answer.Error
}

// tries is how often a call is made that may be repeated.
const tries = 5

// safe reports whether a call that can be made twice without harm may succeed later.
func safe(err error) bool {
	var e *apiError
	return !errors.As(err, &e) || e.Code >= 500 || quota(err)
}

// quota reports whether a call was refused because there were too many.
func quota(err error) bool { return answers(err, http.StatusTooManyRequests) }

// repeated makes a call again as long as its error allows it.
func (a *api) repeated(ctx context.Context, again func(error) bool, verb, path string, query url.Values, body []byte) (data []byte, err error) {
	pause := a.pause
	for range tries {
		data, err = a.once(ctx, verb, path, query, body)
		if err == nil || !again(err) {
			break
		}
		time.Sleep(pause)
		pause *= 2
	}
	return data, err
}

// list returns the elements of all pages of a list.
func (a *api) list(ctx context.Context, path, field string, query url.Values) ([]json.RawMessage, error) {
	var all []json.RawMessage
	query = copied(query)
	for {
		data, err := a.repeated(ctx, safe, http.MethodGet, path, query, nil)
		if err != nil {
			return nil, fmt.Errorf("listing %s: %w", path, err)
		}
		var page map[string]json.RawMessage
		if err := json.Unmarshal(data, &page); err != nil {
			return nil, fmt.Errorf("listing %s: %w", path, err)
		}
		var some []json.RawMessage
		var token string
		if page[field] != nil {
			if err := json.Unmarshal(page[field], &some); err != nil {
				return nil, fmt.Errorf("listing %s: %w", path, err)
			}
		}
		if page["nextPageToken"] != nil {
			if err := json.Unmarshal(page["nextPageToken"], &token); err != nil {
				return nil, fmt.Errorf("listing %s: %w", path, err)
			}
		}
		all = append(all, some...)
		if token == "" {
			return all, nil
		}
		query.Set("pageToken", token)
	}
}

// copied returns a copy of the values that can be changed.
func copied(values url.Values) url.Values {
	changed := url.Values{}
	for k, v := range values {
		changed[k] = slices.Clone(v)
	}
	return changed
}
