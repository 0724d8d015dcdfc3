package feed

import (
	"net/url"
	"strings"
)

// secretWords are names of query fields that hold secrets, without - and _.
var secretWords = map[string]bool{
	"token": true, "accesstoken": true, "authtoken": true, "privatetoken": true, "feedtoken": true, "rsstoken": true, "auth": true, "authkey": true, "key": true, "apikey": true,
	"userkey": true, "secret": true, "password": true, "passwd": true, "pass": true, "pwd": true, "passkey": true, "sig": true, "signature": true, "sid": true, "session": true, "sessionid": true, "credential": true, "jwt": true,
}

var withoutDashes = strings.NewReplacer("-", "", "_", "")

func isSecretName(name string) bool {
	if plain, err := url.QueryUnescape(name); err == nil {
		name = plain
	}
	return secretWords[strings.ToLower(withoutDashes.Replace(name))]
}

// ShownURL returns a URL as logs and lists may show it: a user with a password,
// and what query fields hold whose names say that it is a secret, are ***.
func ShownURL(s string) string {
	out, _ := mapSecrets(s, "***@", func(name string) string { return name + "=***" })
	return out
}

// PublicURL returns a URL without what ShownURL hides.
func PublicURL(s string) string {
	out, _ := mapSecrets(s, "", func(string) string { return "" })
	return out
}

// URLSecrets returns what ShownURL hides, as it stands in the URL.
func URLSecrets(s string) []string {
	_, secrets := mapSecrets(s, "", func(string) string { return "" })
	return secrets
}

// mapSecrets replaces a URL's user by another, unless there is none, and each
// field with a secret by what field says.
func mapSecrets(s, user string, field func(name string) string) (out string, secrets []string) {
	if !strings.ContainsAny(s, "?@") {
		return s, nil
	}
	rest, fragment, hasFragment := strings.Cut(s, "#")
	head, query, hasQuery := strings.Cut(rest, "?")
	if scheme, inner, ok := strings.Cut(head, "//"); ok && (scheme == "" || strings.HasSuffix(scheme, ":")) {
		authority, path, hasPath := strings.Cut(inner, "/")
		if at := strings.LastIndexByte(authority, '@'); at >= 0 {
			secrets = append(secrets, authority[:at])
			authority = user + authority[at+1:]
		}
		head = scheme + "//" + authority
		if hasPath {
			head += "/" + path
		}
	}
	var kept []string
	for f := range strings.SplitSeq(query, "&") {
		if name, value, _ := strings.Cut(f, "="); value != "" && isSecretName(name) {
			secrets = append(secrets, value)
			if f = field(name); f == "" {
				continue
			}
		}
		kept = append(kept, f)
	}
	if hasQuery && len(kept) > 0 {
		head += "?" + strings.Join(kept, "&")
	}
	if hasFragment {
		head += "#" + fragment
	}
	return head, secrets
}
