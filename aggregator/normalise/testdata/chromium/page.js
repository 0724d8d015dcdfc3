// Runs in a page before the HTML that is looked at, and notes all that it does
// which HTML that is only read does not do. The page's policy forbids nothing,
// so that what could run does, and is reported besides.
"use strict";
const noted = [];
const note = (what) => { if (noted.length < 50) noted.push(String(what).slice(0, 300)); };
for (const name of ["alert", "confirm", "prompt", "print", "open", "postMessage", "msgbox"])
  window[name] = () => note("ran: " + name + "() was called");
document.addEventListener("securitypolicyviolation", (e) =>
  note("policy: " + e.effectiveDirective + " " + e.blockedURI + " " + e.sample));
addEventListener("pagehide", () => note("left the page"));
addEventListener("submit", (e) => { if (e.isTrusted) note("sends a form"); e.preventDefault(); }, true);
// Links lead away from the page: that is what they are for. Only script in one is run.
addEventListener("click", (e) => {
  const a = e.target.closest && e.target.closest("a[href]");
  if (a && /^https?:$/.test(a.protocol)) e.preventDefault();
}, true);

const own = "http://www.w3.org/1999/xhtml";
const forbidden = new Set(("script style link meta base object embed applet param form input button select option textarea " +
  "svg math template noscript frame frameset noframes noembed xmp plaintext listing title portal dialog marquee bgsound layer " +
  "slot font area map isindex keygen").split(" "));
const attributes = new Set(("style id name srcdoc action formaction form ping background lowsrc dynsrc target download is slot part " +
  "autoplay autofocus contenteditable tabindex popover popovertarget usemap http-equiv xlink:href xmlns attributionsrc").split(" "));
const schemes = new Set(("http: https: mailto: tel: sms: ftp: ftps: sftp: gemini: gopher: magnet: irc: ircs: xmpp: geo: news: nntp: " +
  "sip: sips: matrix: rtsp: rtmp: mms:").split(" "));
const events = ("click mouseover mouseenter mousedown pointerenter focus focusin blur error load toggle beforetoggle input change " +
  "keydown animationstart animationend transitionend wheel scroll copy paste drag play canplay loadstart begin end repeat start finish " +
  "submit reset cuechange close cancel").split(" ");

// look notes what is in the tree that should not be, and gives every element
// every event.
function look(root, frames) {
  for (const el of root.querySelectorAll("*")) {
    const tag = el.localName;
    if (el.namespaceURI !== own || forbidden.has(tag)) note("element: " + tag);
    for (const a of el.attributes)
      if (a.name.startsWith("on") || attributes.has(a.name)) note("attribute: " + tag + " " + a.name + "=" + a.value);
    if (el.protocol !== undefined && el.hasAttribute("href") && !schemes.has(el.protocol)) note("address: " + tag + " " + el.href);
    for (const key of ["src", "poster", "cite"])
      if (el.hasAttribute(key) && typeof el[key] === "string" && el[key] && !/^(https?:|data:image\/(png|jpe?g|gif|webp|avif|bmp);base64,)/.test(el[key]))
        note("address: " + tag + " " + key + " " + el[key]);
    if (tag === "iframe" && !(el.sandbox.length > 0 && frames.includes(new URL(el.src, "http://x").hostname)))
      note("frame: " + el.src);
  }
  for (const el of root.querySelectorAll("*"))
    for (const name of events)
      el.dispatchEvent(name === "click" ? new MouseEvent(name, { bubbles: true, cancelable: true }) : new Event(name, { cancelable: true }));
}
