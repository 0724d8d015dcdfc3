package markup

import (
	"strings"
	"sync"
)

// traits are what is known of an element's name.
type traits uint16

const (
	isSafe    traits = 1 << iota
	isUnsafe         // it runs code, loads documents or changes the page
	isVoid           // it has no end tag
	endsAlone        // its end tag may be left out
	isRaw            // its text is not HTML
	isBlock          // it closes a paragraph that is open
	isForeign        // SVG and MathML
	isCode           // escaped tags are meant as such within
)

// traitsOf are those of all elements of HTML.
var traitsOf = sync.OnceValue(func() map[string]traits {
	out := map[string]traits{}
	for _, row := range []struct {
		traits
		names string
	}{
		{isSafe, elements}, {isUnsafe, unsafe}, {isVoid, voids}, {endsAlone, optionalEnd}, {isRaw, rawTexts}, {isBlock, blocks}, {isForeign, "svg math"}, {isCode, "code pre samp kbd tt xmp"},
	} {
		for name := range strings.FieldsSeq(row.names) {
			out[name] |= row.traits
		}
	}
	return out
})

// words are those of a list, read when they are first asked for.
func words(list string) func() map[string]bool {
	return sync.OnceValue(func() map[string]bool {
		out := map[string]bool{}
		for w := range strings.FieldsSeq(list) {
			out[w] = true
		}
		return out
	})
}

// elements are those of HTML, the current and the former, that are safe.
const elements = `a abbr acronym address area article aside audio b bdi bdo big blink blockquote br button canvas caption center cite code col
	colgroup data datalist dd del details dfn dialog dir div dl dt em fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 header
	hgroup hr i image img input ins kbd keygen label legend li listing main map mark marquee math menu menuitem meter multicol nav nobr ol
	optgroup option output p picture pre progress q rb rp rt rtc ruby s samp search section select slot small source spacer span strike
	strong sub summary sup svg table tbody td textarea tfoot th thead time tr track tt u ul var video wbr xmp`

// unsafe are elements that run code, load documents or change the page.
const unsafe = `applet base basefont bgsound body embed frame frameset head html iframe isindex link meta noembed noframes noscript object param
	plaintext script style template title xml`

// voids have no end tag, and optionalEnd need none.
const (
	voids       = "area base basefont bgsound br col embed frame hr image img input isindex keygen link meta param source spacer track wbr"
	optionalEnd = "html head body p li dt dd tr td th thead tbody tfoot colgroup caption option optgroup rb rp rt rtc"
	rawTexts    = "script style textarea title xmp iframe noembed noframes noscript"
	// blocks close a paragraph that is open.
	blocks = `address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header
	hgroup hr main menu nav ol p pre search section table ul li dd dt`
)

// addresses are attributes whose values are addresses.
var addresses = words("href src cite longdesc action background formaction poster data usemap")

// safeAttributes are those that readers let stand.
var safeAttributes = words(`abbr accept accept-charset accesskey action align allow allowfullscreen alt async autocapitalize autocomplete autofocus axis
	background bgcolor border bordercolor cellpadding cellspacing char charoff charset checked cite class clear cols colspan color compact content
	contenteditable contextmenu controls coords crossorigin datetime decoding default dir disabled download draggable enctype enterkeyhint face fetchpriority
	for form frame frameborder headers height hidden high href hreflang hspace id importance inert inputmode intrinsicsize is ismap itemid itemprop
	itemref itemscope itemtype kind label lang language list loading longdesc loop low marginheight marginwidth max maxlength media method min
	minlength multiple muted name nohref noshade nowrap open optimum part pattern ping placeholder playsinline point-size popover poster preload
	pointsize profile prompt property pubdate readonly referrerpolicy rel required rev reversed role rows rowspan rules scope scrolling selected
	shape size sizes slot span spellcheck src srclang srcset start step style summary tabindex target title translate type typeof usemap
	valign value vspace width wrap`)

// safeProperties are those of CSS that keep to their element.
var safeProperties = words(`azimuth background background-color border border-bottom border-bottom-color border-bottom-left-radius border-bottom-right-radius border-bottom-style
	border-bottom-width border-collapse border-color border-left border-left-color border-left-style border-left-width border-radius border-right border-right-color
	border-right-style border-right-width border-spacing border-style border-top border-top-color border-top-left-radius border-top-right-radius border-top-style border-top-width border-width
	box-sizing caption-side clear color cursor direction display elevation empty-cells float font font-family font-size font-style font-variant font-weight height hyphens
	letter-spacing line-height list-style list-style-type margin margin-bottom margin-left margin-right margin-top max-height max-width min-height min-width object-fit opacity
	orphans overflow overflow-wrap overflow-x overflow-y padding padding-bottom padding-left padding-right padding-top page-break-after page-break-before page-break-inside
	pause pause-after pause-before pitch pitch-range richness speak speak-header speak-numeral speak-punctuation speech-rate stress
	table-layout text-align text-decoration text-indent text-overflow text-transform unicode-bidi vertical-align voice-family volume
	white-space widows width word-break word-spacing word-wrap writing-mode`)

var mathAttributes = words(`accent accentunder actiontype align alignmentscope altimg alttext background bevelled charalign charspacing class close color columnalign columnlines
	columnspacing columnspan columnwidth crossout decimalpoint denomalign depth dir display displaystyle edge encoding equalcolumns equalrows
	fence fontfamily fontsize fontstyle fontweight form frame framespacing groupalign height href id indentalign intent arg largeop length linebreak
	linethickness location longdivstyle lquote lspace mathbackground mathcolor mathsize mathvariant maxsize maxwidth mediummathspace
	minlabelspacing minsize mode movablelimits notation numalign open other overflow position rowalign rowlines rowspacing rowspan rquote
	rspace scriptlevel scriptminsize scriptsizemultiplier selection separator separators shift side src stackalign stretchy style
	subscriptshift superscriptshift symmetric thickmathspace thinmathspace type valign veryverythickmathspace voffset width xref definitionURL name`)

// mathElements are those of MathML.
var mathElements = words(`math maction maligngroup malignmark menclose merror mfenced mfrac mglyph mi mlabeledtr mlongdiv mmultiscripts mn mo mover mpadded mphantom
	mprescripts mroot mrow ms mscarries mscarry msgroup msline mspace msqrt msrow mstack mstyle msub msubsup msup mtable mtd mtext mtr munder
	munderover none semantics annotation annotation-xml apply ci cn csymbol eq plus minus times divide power`)
