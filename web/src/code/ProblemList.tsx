import { UnstyledButton } from '@mantine/core';

import type { Problem } from './CodeEditor';
import classes from './code.module.css';
import { spanOf } from './lines';

interface Props {
  id: string;
  problems: Problem[];
  text: string;
  onGo: (at: number) => void;
}

/** What is wrong, in words under the editor; each leads to its place. */
export function ProblemList({ id, problems, text, onGo }: Props) {
  return (
    <div id={id} aria-live="polite">
      {problems.map((p) => (
        <UnstyledButton key={`${p.line}:${p.column ?? 0}:${p.message}`} className={classes.problem} onClick={() => onGo(spanOf(text, p).from)}>
          <span className={classes.place}>
            Line {p.line}
            {p.column !== undefined && `, column ${p.column}`}
          </span>
          {p.message}
        </UnstyledButton>
      ))}
    </div>
  );
}
