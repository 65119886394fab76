package suiteql

import (
	"testing"
)

// Every function, with what an Oracle database answers. The session is at
// 2026-05-20 12:34:56 in Los Angeles.
func TestFunctions(t *testing.T) {
	e, _ := newTestEngine(t)
	const d = "TO_DATE('2026-01-31 13:45:07','YYYY-MM-DD HH24:MI:SS')"
	tests := []struct{ expr, want string }{
		// NULLs and choices
		{"NVL(NULL,'x')", "x"}, {"NVL(1,'x')", "1"}, {"NVL('', 'empty')", "empty"}, {"NVL2(NULL,1,2)", "2"}, {"NVL2('a',1,2)", "1"},
		{"COALESCE(NULL,NULL,3)", "3"}, {"COALESCE('a', 1, 1 + 1)", "a"}, {"NULLIF(1,1)", ""}, {"NULLIF('a','b')", "a"},
		{"DECODE(2,1,'one',2,'two','many')", "two"}, {"DECODE(3,1,'one','many')", "many"}, {"DECODE(3,1,'one')", ""}, {"DECODE(NULL,NULL,'null')", "null"},
		{"GREATEST(1,10,9)", "10"}, {"LEAST('b','a')", "a"}, {"GREATEST(1,NULL)", ""}, {"GREATEST(5)", "5"},

		// texts
		{"UPPER('straße é')", "STRAßE É"}, {"LOWER('ÀB')", "àb"}, {"INITCAP('o''neil AND sons')", "O'Neil And Sons"}, {"NLS_UPPER('a')", "A"},
		{"LENGTH('héé')", "3"}, {"LENGTHB('héé')", "5"}, {"LENGTH('')", ""}, {"LENGTH(0.5)", "2"},
		{"SUBSTR('abcdef',2,3)", "bcd"}, {"SUBSTR('abcdef',-3,2)", "de"}, {"SUBSTR('abcdef',0,2)", "ab"}, {"SUBSTR('abc',9)", ""}, {"SUBSTR('abc',2)", "bc"}, {"SUBSTR('abc',1,0)", ""}, {"SUBSTR(12345,2,2)", "23"},
		{"INSTR('corporate floor','or')", "2"}, {"INSTR('corporate floor','or',3,2)", "14"}, {"INSTR('corporate floor','or',-3,2)", "2"}, {"INSTR('a','b')", "0"},
		{"REPLACE('aXbX','X','-')", "a-b-"}, {"REPLACE('aXb','X')", "ab"}, {"REPLACE('abc',NULL)", "abc"}, {"TRANSLATE('abcabc','abc','12')", "1212"},
		{"LPAD('7',3,'0')", "007"}, {"LPAD('abc',2)", "ab"}, {"RPAD('a',4,'xy')", "axyx"}, {"LPAD('a',0)", ""}, {"LPAD('a',3)||'|'", "  a|"},
		{"TRIM('  a ')", "a"}, {"LTRIM('xxay','x')", "ay"}, {"RTRIM('ayyx','xy')", "a"}, {"CONCAT('a',NULL)", "a"}, {"CONCAT(1,.5)", "1.5"},
		{"ASCII('A')", "65"}, {"CHR(66)", "B"}, {"'a'||1||NULL||0.5", "a1.5"}, {"TO_CLOB('x')", "x"}, {"VSIZE('ab')", "2"},
		{"REGEXP_SUBSTR('a1b22','[0-9]+',1,2)", "22"}, {"REGEXP_SUBSTR('key=val','(\\w+)=(\\w+)',1,1,'i',2)", "val"}, {"REGEXP_SUBSTR('a','b')", ""},
		{"REGEXP_INSTR('ab12','[[:digit:]]+')", "3"}, {"REGEXP_INSTR('ab12','[0-9]+',1,1,1)", "5"}, {"REGEXP_INSTR('a','b')", "0"},
		{"REGEXP_REPLACE('a  b   c',' +',' ')", "a b c"}, {"REGEXP_REPLACE('John Smith','(\\w+) (\\w+)','\\2, \\1')", "Smith, John"}, {"REGEXP_REPLACE('aaa','a','b',1,2)", "aba"}, {"REGEXP_REPLACE('aaa','a','$1',2)", "a$1$1"}, {"REGEXP_REPLACE('abc','B','x',1,0,'i')", "axc"},

		// numbers
		{"ABS(-2.5)", "2.5"}, {"CEIL(1.1)", "2"}, {"CEIL(-1.1)", "-1"}, {"FLOOR(-1.1)", "-2"}, {"FLOOR(3)", "3"},
		{"MOD(11,4)", "3"}, {"MOD(-11,4)", "-3"}, {"MOD(5,0)", "5"}, {"MOD(1,0.1)", "0"}, {"REMAINDER(11,4)", "-1"},
		{"POWER(2,10)", "1024"}, {"POWER(4,0.5)", "2"}, {"SQRT(16)", "4"}, {"SIGN(-3)", "-1"}, {"EXP(0)", "1"}, {"LN(1)", "0"}, {"LOG(10,1000)", "3"}, {"BITAND(6,3)", "2"}, {"ATAN2(0,1)", "0"}, {"COS(0)", "1"}, {"SIN(0)", "0"}, {"TANH(0)", "0"},
		{"ROUND(2.5)", "3"}, {"ROUND(-2.5)", "-3"}, {"ROUND(1.005,2)", "1.01"}, {"ROUND(1234.5,-2)", "1200"}, {"ROUND(1250,-2)", "1300"}, {"ROUND(0.285*100,0)", "29"}, {"TRUNC(1.999,2)", "1.99"}, {"TRUNC(-1.9)", "-1"}, {"TRUNC(1299,-2)", "1200"}, {"ROUND(1,40)", "1"}, {"ROUND(1,-40)", "0"},
		{"TO_NUMBER('12.50')", "12.5"}, {"TO_NUMBER('1,234.5','9,999.9')", "1234.5"}, {"TO_NUMBER('$5','$9')", "5"}, {"'2'*3", "6"}, {"-'2'", "-2"}, {"1-NULL", ""},
		{"999999999999.99+0.01", "1000000000000"}, {"1e300*10", "1" + zeros(301)}, {"123456789012345678", "123456789012345678"},
		{"ORA_HASH('a', 0)", "0"},

		// numbers as texts
		{"TO_CHAR(0.5)", ".5"}, {"TO_CHAR(-0.5)", "-.5"}, {"TO_CHAR(143)", "143"}, {"TO_CHAR(1234.567,'9,999.99')", " 1,234.57"}, {"TO_CHAR(1234.567,'FM9,999.99')", "1,234.57"},
		{"TO_CHAR(5,'FM000')", "005"}, {"TO_CHAR(-5,'999')", "  -5"}, {"TO_CHAR(0,'FM990.00')", "0.00"}, {"TO_CHAR(0.1,'FM990.0099')", "0.10"}, {"TO_CHAR(12345,'999')", "####"}, {"TO_CHAR(1234,'FM$9,999')", "$1,234"}, {"TO_CHAR(-7,'FM99MI')", "7-"}, {"TO_CHAR(-7,'FM99PR')", "<7>"}, {"TO_CHAR(7,'FMS99')", "+7"}, {"TO_CHAR(12,'9,999')", "    12"}, {"TO_CHAR(7,'FM0,000')", "0,007"},

		// dates as texts
		{"TO_CHAR(" + d + ",'YYYY-MM-DD HH24:MI:SS')", "2026-01-31 13:45:07"}, {"TO_CHAR(" + d + ",'DD-MON-YY HH:MI AM')", "31-JAN-26 01:45 PM"},
		{"TO_CHAR(" + d + ",'Mon dd, yyyy')", "Jan 31, 2026"}, {"TO_CHAR(" + d + ",'FMMonth DD\"th of\" YYYY')", "January 31th of 2026"}, {"TO_CHAR(" + d + ",'DDth')", "31ST"}, {"TO_CHAR(" + d + ",'Month')||'|'", "January  |"},
		{"TO_CHAR(" + d + ",'Q WW IW W DDD D DY Day J CC')", "1 05 05 5 031 7 SAT Saturday  2461072 21"}, {"TO_CHAR(" + d + ",'SSSSS FF3 a.m.')", "49507 000 p.m."}, {"TO_CHAR(" + d + ",'IYYY YY Y RR')", "2026 26 6 26"}, {"TO_CHAR(" + d + ")", "1/31/2026"},
		{"TO_CHAR(" + d + ",'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')", "2026-01-31T13:45:07Z"},

		// texts as dates
		{"TO_CHAR(TO_DATE('2/3/2026'),'YYYY-MM-DD')", "2026-02-03"}, {"TO_CHAR(TO_DATE('03-FEB-26','DD-MON-RR'),'YYYYMMDD')", "20260203"}, {"TO_CHAR(TO_DATE('5:07 pm','HH:MI AM'),'YYYY-MM-DD HH24:MI')", "2026-05-01 17:07"},
		{"TO_CHAR(TO_DATE('2026-01-01','YYYY-MM-DD HH24:MI:SS'),'HH24')", "00"}, {"TO_CHAR(TO_DATE('20260131','YYYYMMDD'),'MM/DD')", "01/31"}, {"TO_CHAR(TO_DATE('99','RR'),'YYYY')", "1999"}, {"TO_CHAR(TO_DATE('2026 060','YYYY DDD'),'MM-DD')", "03-01"},
		{"TO_CHAR(TO_TIMESTAMP('2026-01-01 00:00:00.25','YYYY-MM-DD HH24:MI:SS.FF'),'SS.FF3')", "00.250"}, {"TO_DATE('December 25, 2025','MONTH DD, YYYY')", "12/25/2025"},

		// calculating with dates
		{"ADD_MONTHS(" + d + ",1)", "2/28/2026"}, {"ADD_MONTHS(TO_DATE('2/28/2026'),1)", "3/31/2026"}, {"ADD_MONTHS(" + d + ",-12)", "1/31/2025"}, {"MONTHS_BETWEEN(TO_DATE('3/31/2026'),TO_DATE('2/28/2026'))", "1"}, {"MONTHS_BETWEEN(TO_DATE('3/16/2026'),TO_DATE('2/1/2026'))", "1.4838709677419355"},
		{"LAST_DAY(TO_DATE('2/3/2024'))", "2/29/2024"}, {"TO_CHAR(NEXT_DAY(" + d + ",'MONDAY'),'MM-DD HH24')", "02-02 13"},
		{"TO_CHAR(TRUNC(" + d + "),'DD HH24')", "31 00"}, {"TRUNC(" + d + ",'MM')", "1/1/2026"}, {"TRUNC(" + d + ",'Q')", "1/1/2026"}, {"TRUNC(" + d + ",'YYYY')", "1/1/2026"}, {"TRUNC(" + d + ",'IW')", "1/26/2026"}, {"TRUNC(" + d + ",'DAY')", "1/25/2026"}, {"TRUNC(" + d + ",'W')", "1/29/2026"}, {"TO_CHAR(TRUNC(" + d + ",'HH24'),'HH24:MI')", "13:00"}, {"TO_CHAR(TRUNC(" + d + ",'MI'),'MI:SS')", "45:00"},
		{"ROUND(" + d + ")", "2/1/2026"}, {"ROUND(" + d + ",'MM')", "2/1/2026"}, {"ROUND(TO_DATE('6/30/2026'),'YYYY')", "1/1/2026"}, {"ROUND(TO_DATE('7/1/2026'),'YEAR')", "1/1/2027"}, {"ROUND(TO_DATE('2/16/2026'),'Q')", "4/1/2026"},
		{"TO_CHAR(" + d + "+0.5,'MM-DD HH24')", "02-01 01"}, {"TO_CHAR(1/24+" + d + ",'HH24:MI:SS')", "14:45:07"}, {"TO_DATE('3/1/2026')-TO_DATE('2/1/2026')", "28"}, {"TO_DATE('3/1/2026')-1", "2/28/2026"}, {"SYSDATE-TRUNC(SYSDATE)", "0.5242592592592593"},

		// now, and zones
		{"TO_CHAR(SYSDATE,'YYYY-MM-DD HH24:MI:SS')", "2026-05-20 12:34:56"}, {"TO_CHAR(CURRENT_DATE,'HH24:MI:SS')", "12:34:56"}, {"TO_CHAR(LOCALTIMESTAMP,'HH24:MI')", "12:34"}, {"TO_CHAR(CURRENT_TIMESTAMP,'HH24:MI TZH:TZM TZR TZD')", "12:34 -07:00 America/Los_Angeles PDT"}, {"TO_CHAR(SYSTIMESTAMP,'HH24')", "12"},
		{"TO_CHAR(SYS_EXTRACT_UTC(SYSTIMESTAMP),'HH24:MI')", "19:34"}, {"TO_CHAR(SYS_EXTRACT_UTC(" + d + "),'HH24:MI')", "21:45"},
		{"SESSIONTIMEZONE", "America/Los_Angeles"}, {"TZ_OFFSET('Europe/Berlin')", "+02:00"}, {"TZ_OFFSET('-03:30')", "-03:30"},
		{"TO_CHAR(SYS_EXTRACT_UTC(FROM_TZ(" + d + ",'Europe/Berlin')),'HH24:MI')", "12:45"}, {"TO_CHAR(FROM_TZ(" + d + ",'+05:30'),'HH24:MI')", "00:15"},
		{"TO_CHAR(SYS_EXTRACT_UTC(TO_TIMESTAMP_TZ('2026-01-01 10:00 -08:00','YYYY-MM-DD HH24:MI TZH:TZM')),'HH24:MI')", "18:00"}, {"TO_CHAR(SYS_EXTRACT_UTC(TO_TIMESTAMP_TZ('2026-07-01 10:00 Asia/Tokyo','YYYY-MM-DD HH24:MI TZR')),'HH24:MI')", "01:00"},
	}
	for _, tt := range tests {
		want := ""
		if tt.want != "" {
			want = "x=" + tt.want
		}
		if got := ask(t, e, "SELECT "+tt.expr+" x FROM DUAL"); got != want {
			t.Errorf("%s\n got %s\nwant %s", tt.expr, got, want)
		}
	}
}

func zeros(n int) string {
	out := make([]byte, n)
	for i := range out {
		out[i] = '0'
	}
	return string(out)
}

// Functions that Oracle's help lists as unsupported, and misuse of others.
func TestRefusedFunctions(t *testing.T) {
	e, _ := newTestEngine(t)
	for _, expr := range []string{
		"LISTAGG(entityid, ',')", "DATEDIFF(1, 2)", "LEFT(entityid, 1)", "RIGHT(entityid, 1)", "SUBSTRING(entityid, 1)",
		"CHARINDEX('a', entityid)", "CONVERT(entityid, 'x')", "CEILING(1.5)", "CHAR_LENGTH(entityid)", "LCASE(entityid)",
		"UCASE(entityid)", "REPEAT('a', 2)", "ISNULL(entityid, 1)", "IFNULL(entityid, 1)", "NOW()", "GETDATE()",
		"sqlite_version()", "load_extension('x')", "randomblob(1)", "ns_add(1, 2)",
		"UPPER()", "UPPER('a', 'b')", "UPPER(*)", "UPPER(DISTINCT entityid)", "ROW_NUMBER()", "RANK() OVER ()", "COUNT(1, 2)",
		"SUBSTR('a', 'x')", "LN(0)", "CHR(-1)", "TO_NUMBER('x')", "TO_NUMBER('NaN')", "TO_NUMBER('0x10')", "TO_CHAR(1, 'abc')",
		"TO_CHAR(SYSDATE, 'YYYYx')", "TO_CHAR(SYSDATE, 'TZH')", "TO_DATE('1/32/2026')", "TO_DATE('2026-01-01 x', 'YYYY-MM-DD')",
		"TO_DATE('x', 'J')", "REGEXP_SUBSTR('a', '(')", "FROM_TZ(SYSDATE, 'Nowhere/Land')", "TRUNC(SYSDATE, 'XX')", "SYSDATE + SYSDATE", "SYSDATE * 2",
		"ADD_MONTHS(SYSDATE, 1e9)", "SYSDATE + 1e9", "BUILTIN.NOPE(id)", "BUILTIN.CONSOLIDATE(id,'LEDGER','DEFAULT','DEFAULT',1,1,'DEFAULT')",
		"BUILTIN.RELATIVE_RANGES('LFY','MIDDLE')", "BUILTIN.RELATIVE_RANGES('XX','START')",
	} {
		if got := ask(t, e, "SELECT "+expr+" FROM customer"); got != refused {
			t.Errorf("%s: %s", expr, got)
		}
	}
}
