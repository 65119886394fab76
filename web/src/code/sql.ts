import { sql, SQLDialect } from '@codemirror/lang-sql';
import type { Extension } from '@codemirror/state';

// SuiteQL is SQL-92 with functions of Oracle's. The words are those that queries
// use; a full list of Oracle's would complete to hundreds that SuiteQL refuses.
const dialect = SQLDialect.define({
  keywords:
    'select distinct all top from where and or not in exists between like is null as join inner left right full outer cross on union intersect minus group by having order asc desc nulls first last case when then else end with fetch next rows only offset limit',
  builtin:
    'abs add_months avg ceil coalesce concat count current_date decode extract floor greatest instr least length lower lpad ltrim max min mod months_between nullif nvl nvl2 rank replace round row_number rownum rpad rtrim sign substr sum sys_extract_utc sysdate systimestamp to_char to_date to_number to_timestamp trim trunc upper builtin.df builtin.consolidate builtin.relative_ranges builtin.currency builtin.mnfilter',
  types: 'char clob date decimal float integer number timestamp varchar varchar2',
  doubleDollarQuotedStrings: false,
  operatorChars: '*+-%<>!=|/',
  spaceAfterDashes: false,
  identifierQuotes: '"',
});

/** SQL as SuiteQL and most databases take it. */
export function suiteQL(): Extension {
  return sql({ dialect, upperCaseKeywords: true });
}
