import type { CompletionSource } from '@codemirror/autocomplete';
import { Input } from '@mantine/core';
import { type ReactNode, type Ref, useId } from 'react';

import { CodeEditor, type EditorHandle, type Language, type Problem } from '../../../code/CodeEditor';

interface Props {
  label: string;
  description?: ReactNode;
  required?: boolean;
  readOnly?: boolean;
  error?: string;
  language: Language;
  value: string;
  onChange: (value: string) => void;
  problems?: Problem[];
  complete?: CompletionSource;
  minLines?: number;
  maxLines?: number;
  placeholder?: string;
  /** Leaves blanks at the ends of lines when the focus goes: something beside the field writes on from there. */
  untidy?: boolean;
  ref?: Ref<EditorHandle>;
}

const placed = /line (\d+)(?:,? (?:column|char) (\d+))?:? */i;

/** What the server says of a text, at the place that it names. */
export function problemsFrom(error: string | undefined): Problem[] {
  if (!error) return [];
  const at = placed.exec(error);
  return [{ line: Number(at?.[1] ?? 1), column: at?.[2] ? Number(at[2]) : undefined, message: error.replace(placed, '') || error }];
}

/** Blanks at the ends of lines, which no one sees, and empty lines at the end. */
export function tidied(text: string): string {
  const plain = text.replace(/[ \t]+$/gm, '').trimEnd();
  return plain.includes('\n') ? `${plain}\n` : plain;
}

/** A text of code among the fields of a form. */
export function CodeField({ label, description, required, error, problems, value, onChange, untidy, ...editor }: Props) {
  const id = useId();
  return (
    <Input.Wrapper label={label} description={description} required={required} labelElement="div" descriptionProps={{ id }} inputContainer={(input) => <div style={{ marginTop: 4 }}>{input}</div>}>
      <CodeEditor
        {...editor}
        label={label}
        describedBy={description ? id : undefined}
        value={value}
        onChange={onChange}
        problems={problems?.length ? problems : problemsFrom(error)}
        onBlur={() => {
          if (untidy) return;
          const tidy = tidied(value);
          if (tidy !== value) onChange(tidy);
        }}
      />
    </Input.Wrapper>
  );
}
