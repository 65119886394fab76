package reach

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
)

func TestClasses(t *testing.T) {
	for text, want := range map[string]Class{
		"93.184.216.34": Public, "2606:4700::1111": Public, "100.128.0.1": Public, "172.32.0.1": Public, "64:ff9b::5db8:d822": Private, "2002:5db8:d822::1": Private,
		"10.0.0.1": Private, "172.16.0.1": Private, "192.168.1.1": Private, "127.0.0.1": Private, "127.8.8.8": Private, "::1": Private, "fd12::1": Private,
		"100.64.0.1": Private, "198.18.0.1": Private, "0.1.2.3": Private, "::ffff:10.0.0.1": Private, "64:ff9b::a00:1": Private, "64:ff9b:1::1": Private, "2002:a00:1::1": Private,
		"169.254.169.254": Never, "169.254.0.1": Never, "fe80::1": Never, "fd00:ec2::254": Never, "100.100.100.200": Never, "192.0.0.192": Never, "0.0.0.0": Never, "::": Never,
		"224.0.0.1": Never, "ff02::1": Never, "::ffff:169.254.169.254": Never, "64:ff9b::a9fe:a9fe": Never, "2002:a9fe:a9fe::1": Never, "fe80::1%eth0": Never,
	} {
		if got := ClassOf(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s is of class %d, want %d", text, got, want)
		}
	}
	if ClassOf(netip.Addr{}) != Never {
		t.Error("no address at all is reached")
	}
}

// nameServer answers every question for an IPv4 address with the next of a list, whose
// last one stays: a name whose owner has it point elsewhere in between.
func nameServer(t *testing.T, answers ...string) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		asked, question := 0, make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(question)
			if err != nil || n < 12 {
				return
			}
			q := question[:n]
			end := 12
			for end < n && q[end] != 0 {
				end += int(q[end]) + 1
			}
			end += 5 // the name's end, type and class
			reply := append([]byte{}, q[:end]...)
			reply[2], reply[3] = 0x81, 0x80
			clear(reply[6:12])
			if kind := binary.BigEndian.Uint16(q[end-4:]); kind == 1 {
				reply[7] = 1
				a := netip.MustParseAddr(answers[min(asked, len(answers)-1)]).As4()
				asked++
				reply = append(reply, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4)
				reply = append(reply, a[:]...)
			}
			_, _ = conn.WriteTo(reply, from) // whoever asked asks again
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// A name that points to an allowed address when it is looked up first, and elsewhere
// when it counts, gains nothing: what is judged is what is dialed. To see it fail, leave
// Control out of Dialer: the second request goes out, and ends in another error.
func TestRebinding(t *testing.T) {
	var hits atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	defer server.Close()
	_, port, _ := strings.Cut(strings.TrimPrefix(server.URL, "http://"), ":")
	dialer := Dialer(5*time.Second, Rule{}.Allow)
	dialer.Resolver = nameServer(t, "127.0.0.1", "169.254.169.254")
	hc := &http.Client{Transport: &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true}}
	get := func() error {
		resp, err := hc.Get("http://rebinding.example:" + port + "/")
		if err == nil {
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
		}
		return err
	}
	if err := get(); err != nil || hits.Load() != 1 {
		t.Fatalf("the first time: %v, %d hits", err, hits.Load())
	}
	if err := get(); sluice.ErrorCode(err) != "connection.address" {
		t.Errorf("the second time: %v", err)
	}
}

// A proxy of the environment is reached wherever it is, and not made to reach metadata addresses.
func TestProxies(t *testing.T) {
	var seen []string
	proxy := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = append(seen, r.URL.Host) }))
	defer proxy.Close()
	at, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	transport := (Rule{PublicOnly: true}).Guard(&http.Transport{Proxy: func(r *http.Request) (*url.URL, error) {
		if r.URL.Hostname() == "127.0.0.2" { // as NO_PROXY does
			return nil, nil
		}
		return at, nil
	}})
	defer transport.CloseIdleConnections()
	for address, reached := range map[string]bool{"http://api.example.com/": true, "http://169.254.169.254/": false, "http://10.0.0.1/": false, "http://127.0.0.2:1/": false} {
		resp, err := (&http.Client{Transport: transport}).Get(address)
		if err == nil {
			_ = resp.Body.Close()
		} else if sluice.ErrorCode(err) != "connection.address" {
			t.Errorf("%s: %v", address, err)
		}
		if (err == nil) != reached {
			t.Errorf("%s: %v", address, err)
		}
	}
	if len(seen) != 1 || seen[0] != "api.example.com" {
		t.Errorf("the proxy was asked for %v", seen)
	}
}
