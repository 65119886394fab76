// Package licence tells whose software is in the program and in its pages.
package licence

import (
	"sync"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/licence"
	collected "github.com/sluicehq/sluice/internal/licence"
	"github.com/sluicehq/sluice/web"
)

// Part is a part of others.
type Part = licence.LicencePart

// Own is the licence of Sluice itself.
const Own = "Apache-2.0"

// Book tells whose software is in the program. Its zero value is ready.
type Book struct {
	once  sync.Once
	all   *licence.Licences
	texts map[string]string
	err   error
}

// read unpacks what the build collected, when somebody first asks.
func (b *Book) read() error {
	b.once.Do(func() {
		var program, pages *collected.Book
		if program, b.err = collected.Go(); b.err != nil {
			return
		}
		if pages, b.err = collected.Read(web.Licences()); b.err != nil {
			return
		}
		b.all, b.texts = &licence.Licences{Licence: Own, Text: program.Own.Text, Complete: len(program.Parts) > 0 && len(pages.Parts) > 0, Items: []licence.LicencePart{}}, map[string]string{}
		b.add("go", program)
		b.add("npm", pages)
	})
	return b.err
}

func (b *Book) add(kind string, from *collected.Book) {
	for _, p := range from.Parts {
		b.all.Items = append(b.all.Items, licence.LicencePart{Kind: kind, Name: p.Name, Version: p.Version, Licence: p.Licence, Text: p.Text})
	}
	for key, text := range from.Texts {
		b.texts[key] = text
	}
}

// Licences implements licence.Rules.
func (b *Book) Licences() (*licence.Licences, error) {
	if err := b.read(); err != nil {
		return nil, err
	}
	return b.all, nil
}

// LicenceText implements licence.Rules.
func (b *Book) LicenceText(key string) (*licence.LicenceText, error) {
	if err := b.read(); err != nil {
		return nil, err
	}
	text, ok := b.texts[key]
	if !ok {
		return nil, sluice.NotFound("licence", key)
	}
	return &licence.LicenceText{Text: text}, nil
}
