package fetch

import "crypto/x509"

// Trust makes h accept certificates of these authorities, and those alone.
func (h *HTTP) Trust(authorities *x509.CertPool) { h.transport.TLSClientConfig.RootCAs = authorities }
