package stack

import (
	"context"
	"errors"
	"slices"
	"sync"

	"api-auth-jwt-auth0/infra/artifact"
)

// builds are the builds of everything that the program may deploy. They start before
// the program requests them, since their folders are known without it.
type builds struct {
	builder artifact.Builder // Live if there is a broker
	folders []string
	tools   func() error
	site    func() (string, error)
	zips    func() (map[string]string, error) // by handler
	lastErr error                             // the last error returned to the program
}

// startBuilds starts the builds of a stack, which is live if o has a broker.
func startBuilds(ctx context.Context, builder artifact.Builder, o Origins) (*builds, error) {
	builder.Live = o.Broker != ""
	folders, err := builder.HandlerFolders()
	if err != nil {
		return nil, err
	}
	b := &builds{builder: builder, folders: folders}
	b.tools = sync.OnceValue(func() error { return builder.CheckTools(ctx) })
	b.site = sync.OnceValues(func() (string, error) {
		if err := b.tools(); err != nil {
			return "", err
		}
		return builder.Site(ctx)
	})
	b.zips = sync.OnceValues(func() (map[string]string, error) { return builder.Handlers(ctx, folders) })
	go b.site()
	go b.zips()
	return b, nil
}

// all waits for every build. Its error joins those of the builds.
func (b *builds) all() (site string, handlers map[string]string, err error) {
	site, siteErr := b.site()
	handlers, handlersErr := b.zips()
	return site, handlers, errors.Join(handlersErr, siteErr)
}

// respond waits for the requested build and keeps its error: the program receives only
// the text.
func (b *builds) respond(ctx context.Context, requested build) built {
	answer, err := b.get(ctx, requested)
	if err != nil {
		b.lastErr = err
		return built{Err: err.Error()}
	}
	return answer
}

func (b *builds) get(ctx context.Context, requested build) (answer built, err error) {
	switch {
	case requested.Tools:
		err = b.tools()
	case requested.Folders:
		answer.Folders = b.folders
	case requested.Site:
		answer.Site, err = b.site()
	case requested.Live != b.builder.Live: // the settings do not agree with the origins
		builder := b.builder
		builder.Live = requested.Live
		answer.Handlers, err = builder.Handlers(ctx, requested.Handlers)
	default:
		answer.Handlers, err = b.handlers(ctx, requested.Handlers)
	}
	return answer, err
}

// handlers returns the zips of these handlers. Errors of other handlers, which have no
// route, are ignored.
func (b *builds) handlers(ctx context.Context, names []string) (map[string]string, error) {
	if slices.ContainsFunc(names, func(name string) bool { return !slices.Contains(b.folders, name) }) {
		return b.builder.Handlers(ctx, names) // reports what is missing
	}
	all, err := b.zips()
	failed, only := artifact.HandlerErrors(err)
	if err != nil && !only {
		return nil, err
	}
	var errs []error
	for _, e := range failed {
		if slices.Contains(names, e.Handler) {
			errs = append(errs, e)
		}
	}
	zips := map[string]string{}
	for _, name := range names {
		zips[name] = all[name]
	}
	return zips, errors.Join(errs...)
}
