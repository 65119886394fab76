package fileset

import (
	"errors"

	"gopkg.in/yaml.v3"

	"github.com/sluicehq/sluice/internal/client"
)

// consumerKeyEntry is a consumer key in consumer_keys.yaml.
type consumerKeyEntry struct {
	Name        string        `yaml:"name"`
	Account     string        `yaml:"account,omitempty"`
	Application string        `yaml:"application,omitempty"`
	Key         *secretSource `yaml:"consumer_key,omitempty"`
	Secret      *secretSource `yaml:"consumer_secret,omitempty"`
}

type consumerKeys struct {
	ConsumerKeys []consumerKeyEntry `yaml:"consumer_keys"`
}

func (r *Reader) readConsumerKeys(dir string, text []byte, set *client.FileSet) error {
	var file consumerKeys
	if err := decode(consumerKeysFile, text, &file, "A consumer key has name, account, application, consumer_key and consumer_secret; the last two are given as {env: NAME} or {file: PATH}"); err != nil {
		return err
	}
	var wrong []error
	for _, e := range file.ConsumerKeys {
		values := map[string]string{}
		for field, source := range map[string]*secretSource{"consumer_key": e.Key, "consumer_secret": e.Secret} {
			if source != nil {
				wrong = append(wrong, r.lookUp(dir, consumerKeysFile+": "+e.Name, field, *source, values))
			}
		}
		set.ConsumerKeys = append(set.ConsumerKeys, client.ConsumerKeyFile{Path: consumerKeysFile, Name: e.Name, Account: e.Account, Application: e.Application,
			ConsumerKey: values["consumer_key"], ConsumerSecret: values["consumer_secret"]})
	}
	return errors.Join(wrong...)
}

// integrationEntry is an integration in integrations.yaml.
type integrationEntry struct {
	Name        string   `yaml:"name"`
	Title       string   `yaml:"title,omitempty"`
	Description string   `yaml:"description,omitempty"`
	Application string   `yaml:"application,omitempty"`
	Connections []string `yaml:"connections,omitempty,flow"`
}

type integrations struct {
	Integrations []integrationEntry `yaml:"integrations"`
}

func readIntegrations(_ string, text []byte, set *client.FileSet) error {
	var file integrations
	if err := decode(integrationsFile, text, &file, "An integration has name, title, description, application and a list of connections"); err != nil {
		return err
	}
	for _, e := range file.Integrations {
		set.Integrations = append(set.Integrations, client.IntegrationFile{Path: integrationsFile, Name: e.Name, Title: e.Title, Description: e.Description,
			Application: e.Application, Connections: e.Connections})
	}
	return nil
}

func writeConsumerKeys(files map[string]string, pulled *client.Pulled) error {
	if len(pulled.ConsumerKeys) == 0 {
		return nil
	}
	var out consumerKeys
	for _, k := range pulled.ConsumerKeys {
		out.ConsumerKeys = append(out.ConsumerKeys, consumerKeyEntry{Name: k.Name, Account: k.Account, Application: k.Application,
			Key: &secretSource{Env: envName(k.Name, "consumer_key")}, Secret: &secretSource{Env: envName(k.Name, "consumer_secret")}})
	}
	text, err := yaml.Marshal(out)
	files[consumerKeysFile] = string(text)
	return err
}

func writeIntegrations(files map[string]string, pulled *client.Pulled) error {
	if len(pulled.Integrations) == 0 {
		return nil
	}
	var out integrations
	for _, i := range pulled.Integrations {
		out.Integrations = append(out.Integrations, integrationEntry{Name: i.Name, Title: i.Title, Description: i.Description, Application: i.Application, Connections: i.Connections})
	}
	text, err := yaml.Marshal(out)
	files[integrationsFile] = string(text)
	return err
}
