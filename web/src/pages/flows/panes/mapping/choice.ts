import type { RecordField } from '../../../../api/schema';
import type { Target } from '../../../../flow/mapped';

/** A field that takes one of several values, which the connection's other side can tell. */
export interface Choice {
  connection: string;
  record: string;
  /** As the API names it: item.taxCode is a field of a sublist's lines. */
  field: string;
  type: RecordField['type'];
  /** It is of a sublist's lines. */
  ofLines: boolean;
}

const choices = new Set<RecordField['type']>(['select', 'reference', 'multiselect']);

/** What a path of a mapping chooses from: subsidiary and subsidiary.id alike, item.items.taxCode too. */
export function choiceAt(fields: RecordField[], target: Target | undefined, path: string): Choice | undefined {
  if (!target?.record) return undefined;
  const names = path.split('.').filter((n) => n !== '' && n !== 'items');
  let at: RecordField[] | null | undefined = fields;
  const own: string[] = [];
  let ofLines = false;
  for (const [n, name] of names.entries()) {
    const field: RecordField | undefined = at?.find((f) => f.name.toLowerCase() === name.toLowerCase());
    if (!field || field.read_only) return undefined;
    own.push(field.name);
    const last = n === names.length - 1;
    if (choices.has(field.type)) {
      const whole = last || (n === names.length - 2 && names.at(-1) === 'id' && field.type !== 'multiselect');
      // NetSuite tells values of a record's fields and of its lines', not of what is deeper.
      return whole && own.length <= 2 ? { connection: target.connection, record: target.record, field: own.join('.'), type: field.type, ofLines } : undefined;
    }
    ofLines ||= field.type === 'sublist';
    at = field.fields;
  }
  return undefined;
}

/** A value as a mapping writes it where the field itself is set. */
function literal({ type }: Choice, id: string): string {
  return type === 'multiselect' ? JSON.stringify([id]) : JSON.stringify({ id }).replace(':', ': ');
}

/** What goes into a mapping's text for a value: a line that sets the field, or the rest of one that is begun. */
export function inserted(choice: Choice, path: string, id: string, text: string): string {
  if (choice.ofLines) return literal(choice, id);
  if (text.endsWith(`root.${path} = `)) return literal(choice, id);
  if (text.endsWith(`root.${path}.id = `)) return JSON.stringify(id);
  const start = text === '' || text.endsWith('\n') ? '' : '\n';
  return choice.type === 'multiselect' ? `${start}root.${path} = ${literal(choice, id)}` : `${start}root.${path}.id = ${JSON.stringify(id)}`;
}

/** The name under which a table of fields sets a value by its ID. */
export function fieldOfId(choice: Choice, to: string): string {
  return choice.type === 'multiselect' || /\.id$/i.test(to) ? to : `${to}.id`;
}
