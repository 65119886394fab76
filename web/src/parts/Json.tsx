import { useEffect, useRef, useState } from 'react';

import { indented } from '../api/rawJson';

/** A record as people read JSON, from its text, so that numbers keep their digits. */
export function Json({ raw, label }: { raw: string; label: string }) {
  const box = useRef<HTMLPreElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    if (box.current) setScrolls(box.current.scrollHeight > box.current.clientHeight);
  }, [raw]);
  return (
    <pre ref={box} className="json" role={scrolls ? 'region' : undefined} aria-label={scrolls ? label : undefined} tabIndex={scrolls ? 0 : undefined}>
      {indented(raw)}
    </pre>
  );
}
