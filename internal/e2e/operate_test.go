package e2e

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sluicehq/sluice/internal/postgrestest"
)

// page runs the commands of a page of the documentation.
type page struct {
	t       *testing.T
	dir     string
	replace *strings.Replacer
	env     []string
	servers []*process
	ran     int
}

// freePort returns a port that nobody listens on now.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// TestOperateIsTrue runs every command of docs/operate.md in its order, with the real
// program. Places, ports and the database's address are the test's own; servers are
// stopped where the page has the comment "test: stop".
func TestOperateIsTrue(t *testing.T) {
	binary, err := build()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../../docs/operate.md")
	if err != nil {
		t.Fatal(err)
	}
	p := &page{t: t, dir: t.TempDir()}
	places := []string{"/var/lib/sluice", "/var/backups", "/etc/sluice"}
	var pairs []string
	for _, place := range places {
		own := filepath.Join(p.dir, place)
		if err := os.MkdirAll(filepath.Dir(own), 0o700); err != nil {
			t.Fatal(err)
		}
		pairs = append(pairs, place, own)
	}
	for _, folder := range []string{"/var/backups", "/etc/sluice"} {
		if err := os.MkdirAll(filepath.Join(p.dir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	makeCertificate(t, filepath.Join(p.dir, "/etc/sluice/tls"))
	if err := os.WriteFile(filepath.Join(p.dir, "/etc/sluice/passphrase"), []byte("a made-up passphrase\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	pairs = append(pairs, "localhost:8321", "localhost:"+freePort(t), "localhost:9321", "localhost:"+freePort(t), "localhost:4318", "localhost:"+freePort(t),
		"postgres://sluice@db.example.com/sluice", postgrestest.URL(t))
	p.replace = strings.NewReplacer(pairs...)
	p.env = append(os.Environ(), "PATH="+filepath.Dir(binary)+":"+os.Getenv("PATH"), "SLUICE_DATA=", "SLUICE_SERVER=", "SLUICE_TOKEN=", "SLUICE_DATABASE=", "HOME="+p.dir)
	t.Cleanup(p.stop)
	for _, block := range regexp.MustCompile("(?ms)^```sh\n(.*?)^```$|<!-- test: stop -->").FindAllStringSubmatch(string(text), -1) {
		if block[1] == "" {
			p.stop()
		}
		for line := range strings.Lines(block[1]) {
			p.run(strings.TrimSpace(line))
		}
	}
	if p.ran < 25 {
		t.Errorf("%d commands were found: the page is not read as it is written", p.ran)
	}
}

// run runs a command to its end, or a server until stop.
func (p *page) run(line string) {
	p.t.Helper()
	if line == "" || strings.HasPrefix(line, "#") {
		return
	}
	p.ran++
	command := p.replace.Replace(line)
	if strings.Contains(line, "sluice serve") {
		p.serve(command)
		return
	}
	ctx, cancel := context.WithTimeout(p.t.Context(), 60*time.Second)
	defer cancel()
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, "sh", "-c", command)
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = p.env, p.dir, &out, &out
	if err := cmd.Run(); err != nil {
		p.t.Fatalf("%s\n%v\n%s", line, err, out.String())
	}
}

func (p *page) serve(command string) {
	p.t.Helper()
	s := &process{t: p.t, cmd: exec.Command("sh", "-c", "exec env "+command), errs: &bytes.Buffer{}}
	s.cmd.Env, s.cmd.Dir, s.cmd.Stderr = p.env, p.dir, s.errs
	if err := s.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.servers = append(p.servers, s)
	address := regexp.MustCompile(`--listen (\S+)`).FindStringSubmatch(command)[1]
	for deadline := time.Now().Add(30 * time.Second); ; {
		c, err := net.DialTimeout("tcp", address, time.Second)
		if err == nil {
			_ = c.Close()
			return
		}
		if time.Now().After(deadline) {
			s.end(syscall.SIGTERM)
			p.t.Fatalf("%s\ndoes not answer: %v\n%s", command, err, s.errs)
		}
		time.Sleep(20 * time.Millisecond) // another process starts
	}
}

func (p *page) stop() {
	for _, s := range p.servers {
		s.end(syscall.SIGTERM)
	}
	p.servers = nil
}

// makeCertificate makes a certificate for localhost that vouches for itself.
func makeCertificate(t *testing.T, path string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	private, err2 := x509.MarshalPKCS8PrivateKey(key)
	if err := errors.Join(err, err2,
		os.WriteFile(path+".crt", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}), 0o600),
		os.WriteFile(path+".key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600)); err != nil {
		t.Fatal(err)
	}
}
