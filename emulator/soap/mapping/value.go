package mapping

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/govalues/decimal"

	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/soap/envelope"
	"github.com/sluicehq/sluice/emulator/soap/wsdl"
)

// zone is the user's time zone, in which date-only fields are read and written.
func (m *Mapper) zone() *time.Location {
	if m.Session != nil && m.Session.TimeZone != nil {
		return m.Session.TimeZone
	}
	return time.UTC
}

// Day is the date that an instant has in the user's zone: what a date-only field
// keeps of it (Oracle help, section_1521451348).
func (m *Mapper) Day(t time.Time) string { return t.In(m.zone()).Format(body.Day) }

// showDay is midnight of a date in the user's zone.
func (m *Mapper) showDay(day string) (string, error) {
	t, err := time.ParseInLocation(body.Day, day, m.zone())
	return envelope.FormatTime(t), err
}

// Double writes a number as NetSuite's server does: Java's Double.toString.
func Double(n string) string {
	f, err := strconv.ParseFloat(n, 64)
	if err != nil {
		return n
	}
	if abs := max(f, -f); abs != 0 && (abs >= 1e7 || abs < 1e-3) {
		text := strconv.FormatFloat(f, 'E', -1, 64)
		mantissa, exponent, _ := strings.Cut(text, "E")
		if !strings.Contains(mantissa, ".") {
			mantissa += ".0"
		}
		e, _ := strconv.Atoi(exponent) // FormatFloat writes a number there
		return mantissa + "E" + strconv.Itoa(e)
	}
	text := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

// number reads an xsd:double or xsd:long as the decimal that stands there.
func number(text string) (json.Number, bool) {
	mantissa, exponent, scientific := strings.Cut(strings.ToUpper(strings.TrimSpace(text)), "E")
	d, err := decimal.Parse(mantissa)
	if err != nil {
		return "", false
	}
	if !scientific {
		return body.Number(d), true
	}
	e, err := strconv.Atoi(exponent)
	if err != nil || e < -decimal.MaxScale || e > decimal.MaxPrec {
		return "", false
	}
	ten, err := decimal.New(10, 0)
	if err != nil {
		return "", false
	}
	for ; e > 0 && err == nil; e-- {
		d, err = d.Mul(ten)
	}
	for ; e < 0 && err == nil; e++ {
		d, err = d.Quo(ten)
	}
	return body.Number(d), err == nil
}

// options are the enumeration values whose words differ from the names of the
// account's options, by SOAP enumeration: option ID to values, the newer version's
// first. All others are found by their words.
var options = map[string]map[string]string{
	"Language": {
		"en_US": "_englishUS", "en_GB": "_englishUK", "en_AU": "_englishAu", "en_CA": "_englishCa", "en": "_englishInternational",
		"es_AR": "_latinAmericanSpanish", "bn_BD": "_bengali", "zh_CN": "_chineseSimplified", "zh_TW": "_chineseTraditional",
		"sr_RS": "_serbianCyrillic", "sh_RS": "_serbianLatin", "ht_HT": "_haitian", "no_NO": "_norwegian",
	},
	"CustomerMonthlyClosing":       {"1": "_one", "5": "_five", "10": "_ten", "15": "_fifteen", "20": "_twenty", "25": "_twentyFive", "31": "_endOfTheMonth"},
	"CustomerNegativeNumberFormat": {"0": "_minusSigned", "1": "_bracketSurrounded"},
	"CustomerNumberFormat": {
		"0": "_commaAsDigitGroupSeparatorAndDecimalPoint", "1": "_pointAsDigitGroupSeparatorAndDecimalComma",
		"2": "_spaceAsDigitGroupSeparatorAndDecimalComma", "3": "_apostropheAsDigitGroupSeparatorAndDecimalPoint",
		"4": "_apostropheAsDigitGroupSeparatorAndDecimalComma",
	},
	"RecurrenceFrequency": {
		"NEVER": "_none", "DAILY": "_day", "WEEKLY": "_week", "MONTHLY": "_month", "ANNUALLY": "_year",
	},
	"CalendarEventAttendeeResponse": {"YES": "_accepted", "NO": "_declined"},
	"CalendarEventStatus":           {"CANCELLED": "_canceled"},
	"SalesOrderOrderStatus":         {"E": "_pendingBillingPartFulfilled", "G": "_fullyBilled"},
	"Country": {
		"BO": "_boliviaPlurinationalStateOf", "BQ": "_bonaireSintEustatiusAndSaba _bonaireSaintEustatiusAndSaba", "BN": "_bruneiDarussalam",
		"CC": "_cocosKeelingIslands", "CD": "_congoTheDemocraticRepublicOfThe _congoDemocraticPeoplesRepublic", "CG": "_congo _congoRepublicOf",
		"CI": "_coteDIvoire", "CV": "_caboVerde", "CZ": "_czechRepublic", "FK": "_falklandIslandsMalvinas",
		"FM": "_micronesiaFederatedStatesOf _micronesiaFederalStateOf", "GS": "_southGeorgiaAndTheSouthSandwichIslands _southGeorgia",
		"HK": "_hongKong", "HM": "_heardIslandAndMcdonaldIslands", "HR": "_croatiaHrvatska", "IR": "_iranIslamicRepublicOf",
		"KP": "_koreaTheDemocraticPeoplesRepublicOf _koreaDemocraticPeoplesRepublic", "KR": "_koreaTheRepublicOf _koreaRepublicOf",
		"LA": "_laoPeoplesDemocraticRepublic", "MD": "_moldovaTheRepublicOf _moldovaRepublicOf", "MF": "_saintMartinFrenchPart _saintMartin",
		"MK": "_northMacedonia", "MM": "_myanmar", "MO": "_macao _macau", "PM": "_saintPierreAndMiquelon _stPierreAndMiquelon",
		"PN": "_pitcairn _pitcairnIsland", "PS": "_palestineStateOf _stateOfPalestine", "RE": "_reunion _reunionIsland", "RU": "_russianFederation",
		"SH": "_saintHelenaAscensionAndTristanDaCunha", "SJ": "_svalbardAndJanMayen _svalbardAndJanMayenIslands",
		"SK": "_slovakRepublic", "SX": "_sintMaartenDutchPart", "SY": "_syrianArabRepublic", "SZ": "_eswatini", "TL": "_eastTimor",
		"TR": "_turkiye", "TZ": "_tanzaniaTheUnitedRepublicOf", "UM": "_unitedStatesMinorOutlyingIslands _uSMinorOutlyingIslands",
		"VA": "_holySee _holySeeCityVaticanState", "VC": "_saintVincentAndTheGrenadines", "VE": "_venezuelaBolivarianRepublicOf",
		"VG": "_virginIslandsBritish", "VI": "_virginIslandsUS _virginIslandsUSA", "VN": "_vietNam", "WF": "_wallisAndFutuna _wallisAndFutunaIslands",
	},
}

// EnumText returns the value of a SOAP enumeration for an option, or "".
func EnumText(e *wsdl.Enum, version string, o schema.Option) string {
	values := e.Plain(version, plain)
	for text := range strings.FieldsSeq(options[e.Name][o.ID]) {
		if values[plain(text)] == text {
			return text
		}
	}
	if text := values[plain(o.Name)]; text != "" {
		return text
	}
	if text := values[plain(o.ID)]; text != "" {
		return text
	}
	before, _, _ := strings.Cut(o.Name, " (") // German (Germany)
	return values[plain(before)]
}

// option returns the ID of the field's option that a SOAP value means.
func option(f *schema.Field, e *wsdl.Enum, version, text string) (string, bool) {
	for _, o := range f.Enum {
		if e != nil && EnumText(e, version, o) == text || e == nil && (strings.EqualFold(o.ID, text) || strings.EqualFold(o.Name, text)) {
			return o.ID, true
		}
	}
	return "", false
}

// accents are the letters of option names that enumeration values write plainly.
var accents = strings.NewReplacer("&", "and", "St. ", "saint ", "Å", "A", "å", "a", "ç", "c", "é", "e", "í", "i", "ô", "o", "ã", "a", "U.S.", "us")

// plain keeps the letters and digits of a name, in lower case.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, accents.Replace(name))
}

// Text writes a value as one of XML Schema's types.
func (m *Mapper) Text(ctx context.Context, basic string, f *schema.Field, value any) (string, error) {
	v := view{Mapper: m, ctx: ctx}
	return v.text(basic, f, value)
}
