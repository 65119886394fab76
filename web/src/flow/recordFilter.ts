/** How a condition of the record service compares, with how many values it takes. */
export interface Operator {
  word: string;
  label: string;
  values: 0 | 1 | 2 | 'many';
}

/** A condition of a record filter, and how it is joined to the one before. */
export interface Condition {
  joiner: 'AND' | 'OR';
  field: string;
  operator: string;
  values: string[];
}

const empty: Operator[] = [
  { word: 'EMPTY', label: 'is empty', values: 0 },
  { word: 'EMPTY_NOT', label: 'is not empty', values: 0 },
];

const texts: Operator[] = [
  { word: 'IS', label: 'is', values: 1 },
  { word: 'IS_NOT', label: 'is not', values: 1 },
  { word: 'CONTAIN', label: 'contains', values: 1 },
  { word: 'CONTAIN_NOT', label: 'does not contain', values: 1 },
  { word: 'START_WITH', label: 'starts with', values: 1 },
  { word: 'START_WITH_NOT', label: 'does not start with', values: 1 },
  { word: 'ENDWITH', label: 'ends with', values: 1 },
];

const numbers: Operator[] = [
  { word: 'EQUAL', label: 'equals', values: 1 },
  { word: 'EQUAL_NOT', label: 'does not equal', values: 1 },
  { word: 'GREATER', label: 'is greater than', values: 1 },
  { word: 'GREATER_OR_EQUAL', label: 'is at least', values: 1 },
  { word: 'LESS', label: 'is less than', values: 1 },
  { word: 'LESS_OR_EQUAL', label: 'is at most', values: 1 },
  { word: 'BETWEEN', label: 'is between', values: 2 },
  { word: 'ANY_OF', label: 'is any of', values: 'many' },
];

const dates: Operator[] = [
  { word: 'ON', label: 'is on', values: 1 },
  { word: 'AFTER', label: 'is after', values: 1 },
  { word: 'BEFORE', label: 'is before', values: 1 },
  { word: 'ON_OR_AFTER', label: 'is on or after', values: 1 },
  { word: 'ON_OR_BEFORE', label: 'is on or before', values: 1 },
];

const choices: Operator[] = [
  { word: 'ANY_OF', label: 'is any of', values: 'many' },
  { word: 'ANY_OF_NOT', label: 'is none of', values: 'many' },
];

const booleans: Operator[] = [
  { word: 'IS', label: 'is', values: 1 },
  { word: 'IS_NOT', label: 'is not', values: 1 },
];

const byType: Record<string, Operator[]> = { text: texts, number: numbers, integer: numbers, date: dates, datetime: dates, boolean: booleans, select: choices, reference: choices, multiselect: choices };

/** The operators that a field of a type takes; texts' where nothing is known of it. */
export function operatorsOf(type: string | undefined): Operator[] {
  return [...(byType[type ?? 'text'] ?? texts), ...empty];
}

const all = [...texts, ...numbers, ...dates, ...choices, ...empty];

/** An operator by its word. */
export function operatorOf(word: string): Operator | undefined {
  return all.find((o) => o.word === word);
}

/** Reports whether a condition says enough to be asked. */
export function isWhole({ field, operator, values }: Condition): boolean {
  const takes = operatorOf(operator)?.values;
  if (field === '' || takes === undefined) return false;
  const given = values.filter((v) => v.trim() !== '').length;
  return takes === 'many' ? given > 0 : given >= takes;
}

const plain = /^[\w.+-]+$/;

function valueText(value: string): string {
  return plain.test(value) ? value : `"${value}"`;
}

/** The text of a filter, without conditions that are not whole yet. */
export function filterText(conditions: Condition[]): string {
  return conditions
    .filter(isWhole)
    .map((c, n) => {
      const takes = operatorOf(c.operator)?.values;
      const values = c.values.filter((v) => v.trim() !== '').map((v) => v.trim());
      const list = takes === 'many' || takes === 2 ? `[${values.map(valueText).join(', ')}]` : values.slice(0, takes).map(valueText).join('');
      return `${n > 0 ? `${c.joiner} ` : ''}${c.field} ${c.operator}${list ? ` ${list}` : ''}`;
    })
    .join(' ');
}

const token = /\s*(?:"([^"]*)"|([[\],])|([^\s"[\],()]+))/y;

interface Token {
  text: string;
  kind: 'quoted' | 'sign' | 'word';
}

function tokensOf(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.trimEnd().length) {
    const m = token.exec(text);
    if (!m) return undefined;
    tokens.push(m[1] !== undefined ? { text: m[1], kind: 'quoted' } : m[2] !== undefined ? { text: m[2], kind: 'sign' } : { text: m[3] ?? '', kind: 'word' });
  }
  return tokens;
}

/** The conditions of a text, or nothing where it says more than conditions one after the other. */
export function parseFilter(text: string): Condition[] | undefined {
  const tokens = tokensOf(text);
  if (!tokens) return undefined;
  const found: Condition[] = [];
  let at = 0;
  const next = () => tokens[at++];
  while (at < tokens.length) {
    let joiner: Condition['joiner'] = 'AND';
    if (found.length > 0) {
      const word = next()?.text.toUpperCase();
      if (word !== 'AND' && word !== 'OR') return undefined;
      joiner = word;
    }
    const field = next();
    const operator = operatorOf(next()?.text.toUpperCase() ?? '');
    if (field?.kind !== 'word' || !operator) return undefined;
    const values = operator.values === 0 ? [] : valuesFrom(tokens, at);
    if (!values) return undefined;
    at += operator.values === 0 ? 0 : tokens[at]?.text === '[' && tokens[at]?.kind === 'sign' ? values.length * 2 + 1 : 1;
    const condition = { joiner, field: field.text, operator: operator.word, values };
    if (!isWhole(condition) || (operator.values === 1 && values.length !== 1)) return undefined;
    found.push(condition);
  }
  return found;
}

/** One value, or the values of a list in brackets. */
function valuesFrom(tokens: Token[], at: number): string[] | undefined {
  const first = tokens[at];
  if (!first) return undefined;
  if (first.kind !== 'sign') return [first.text];
  if (first.text !== '[') return undefined;
  const values: string[] = [];
  for (let n = at + 1; n < tokens.length; n += 2) {
    const value = tokens[n];
    const behind = tokens[n + 1];
    if (!value || value.kind === 'sign' || behind?.kind !== 'sign') return undefined;
    values.push(value.text);
    if (behind.text === ']') return values;
    if (behind.text !== ',') return undefined;
  }
  return undefined;
}
