package publisher_test

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"strings"
)

// picture draws what stands for upstreams' pictures: a river valley whose
// colours depend on the address. /wide/ and /tall/ have such shapes.
func picture(w http.ResponseWriter, r *http.Request) {
	width, height := 960, 640
	if strings.HasPrefix(r.URL.Path, "/wide/") {
		width, height = 1600, 500
	} else if strings.HasPrefix(r.URL.Path, "/tall/") {
		width, height = 500, 900
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(r.URL.Path)) // it cannot fail
	seed := int(h.Sum32() >> 8)
	hue, sun := seed%360, 150+seed/360%600
	w.Header().Set("Content-Type", "image/svg+xml")
	fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 960 640" preserveAspectRatio="xMidYMid slice">
<defs><linearGradient id="s" x2="0" y2="1"><stop stop-color="hsl(%d 45%% 70%%)"/><stop offset="1" stop-color="hsl(%d 70%% 90%%)"/></linearGradient></defs>
<rect width="960" height="640" fill="url(#s)"/><circle cx="%d" cy="190" r="58" fill="hsl(%d 80%% 94%%)"/>
<path d="M0 380Q160 250 330 350T640 330T960 300V640H0Z" fill="hsl(%d 24%% 54%%)"/>
<path d="M0 450Q220 350 470 430T960 400V640H0Z" fill="hsl(%d 28%% 40%%)"/>
<path d="M520 432C430 470 690 500 560 550S330 600 300 640H760C700 600 860 560 740 510S590 460 545 432Z" fill="hsl(%d 45%% 74%%)"/>
<path d="M0 560Q140 520 290 640H0ZM960 520Q850 540 800 640H960Z" fill="hsl(%d 30%% 26%%)"/></svg>`,
		width, height, hue, (hue+40)%360, sun, (hue+40)%360, (hue+150)%360, (hue+155)%360, (hue+20)%360, (hue+160)%360)
}
