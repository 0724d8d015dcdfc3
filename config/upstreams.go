package config

// Upstreams are the URLs that sources have already.
type upstreams struct {
	index
	list []upstream
}

type upstream struct {
	canonical string // URL
	source    int32  // number of the source
	at        int32  // offset of its url's value
}

// expect makes room for n more.
func (u *upstreams) expect(n int) {
	u.list = make([]upstream, 0, n)
	u.index.expect(n)
}

// add notes an upstream, unless it is there already; then it returns that.
func (u *upstreams) add(up upstream) (first upstream, taken bool) {
	same := func(n int) bool { return u.list[n].canonical == up.canonical }
	if n := u.index.add(u.hash(up.canonical), len(u.list), same); n >= 0 {
		return u.list[n], true
	}
	u.list = append(u.list, up)
	return up, false
}
