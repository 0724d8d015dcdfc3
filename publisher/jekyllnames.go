package publisher

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tributary/feed"
	"tributary/storage"
)

// sameNames returns the posts that have changed when each of them is called as
// the last export called it: then all others are, too, and nobody need look at
// them. Otherwise it is not known.
func (x *jekyllExport) sameNames(ctx context.Context, b *build) (posts []post, known bool, err error) {
	if b.touched.all || b.out.manifest.unended { // an export that was killed may have named some and not others
		return nil, false, nil
	}
	for _, id := range b.touched.entries {
		e, err := x.store.Entry(ctx, id)
		if errors.Is(err, storage.ErrNotFound) {
			return nil, false, nil
		}
		if err != nil {
			return nil, false, fmt.Errorf("read entry %s: %w", id, err)
		}
		p, same, err := x.sameName(b, &e)
		if err != nil || !same {
			return nil, false, err
		}
		posts = append(posts, p)
	}
	return posts, true, ctx.Err()
}

// sameName returns an entry's post when it was one and has the same name still:
// the entry's own, or that with what parts it from others of that name.
func (x *jekyllExport) sameName(b *build, e *feed.Entry) (p post, same bool, err error) {
	name, err := x.name(e)
	short := "-" + e.ID.String()[:8]
	whole := short + "-" + e.ID.String()
	if err != nil || !x.isPublished(e) || strings.HasSuffix(name, short) || strings.HasSuffix(name, whole) {
		return post{}, false, err
	}
	for _, more := range []string{"", short, whole} {
		p = post{e.ID, name + more}
		if b.out.ownerOf(p.path()) == p.owner() {
			return p, true, nil
		}
	}
	return post{}, false, nil
}
