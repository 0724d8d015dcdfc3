package publisher

import "tributary/publisher/render"

// named returns what crawlers and browsers ask for by its name, by its path.
func (p *Publisher) named() map[string]render.Asset {
	return map[string]render.Asset{
		render.RobotsPath:  render.Robots(&p.set.Site),
		render.FaviconPath: p.set.Site.Favicon(),
	}
}
