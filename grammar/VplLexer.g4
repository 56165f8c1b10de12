// Tokens of VPL (language.md 1, language-later.md 2). Line breaks are tokens: compiler/syntax turns
// them into NEWLINE, INDENT and DEDENT or drops them. It also tells the dot of a stream operator from
// that of a member, and the words that join steps of a pattern from those of expressions; without
// that the parser would have to look ahead to the end of a chain at each of its links.
lexer grammar VplLexer;

tokens { NEWLINE, INDENT, DEDENT, STREAM_DOT, PATTERN_XOR }

// --- reserved in expressions ---------------------------------------------------------------------

AND: 'and';
OR: 'or';
NOT: 'not';
IN: 'in';
IS: 'is';
TRUE: 'true';
FALSE: 'false';
NULL_: 'null';
IF: 'if';
THEN: 'then';
ELSE: 'else';

// --- words with a meaning in one place, names everywhere else (rule softName) ---------------------

XOR: 'xor';
EVENT: 'event';
EXTENDS: 'extends';
TYPE: 'type';
STREAM: 'stream';
PATTERN: 'pattern';
CONNECTOR: 'connector';
CONTEXT: 'context';
CORES: 'cores';
CONFIG: 'config';
IMPORT: 'import';
FROM: 'from';
FN: 'fn';
LET: 'let';
VAR: 'var';
CONST: 'const';
ELIF: 'elif';
FOR: 'for';
WHILE: 'while';
RETURN: 'return';
BREAK: 'break';
CONTINUE: 'continue';
EMIT: 'emit';
AS: 'as';
ALL: 'all';
WHERE: 'where';
ON: 'on';
WITHIN: 'within';
PARTITION: 'partition';
BY: 'by';
MERGE: 'merge';
JOIN: 'join';
LEFT_JOIN: 'left_join';
RIGHT_JOIN: 'right_join';
FULL_JOIN: 'full_join';
SEQUENCE: 'sequence';
TIMER: 'timer';
INITIAL_DELAY: 'initial_delay';
INCREASING: 'increasing';
DECREASING: 'decreasing';
ASC: 'asc';
DESC: 'desc';
STREAM_TYPE: 'Stream';
SEQ: 'SEQ';
PATTERN_AND: 'AND';
PATTERN_OR: 'OR';
PATTERN_NOT: 'NOT';

// --- punctuation ---------------------------------------------------------------------------------

LPAREN: '(';
RPAREN: ')';
LBRACKET: '[';
RBRACKET: ']';
LBRACE: '{';
RBRACE: '}';
COMMA: ',';
COLON: ':';
SEMICOLON: ';';
ASSIGN: ':=';
EQUALS: '=';
ARROW: '->';
FAT_ARROW: '=>';
DOT: '.';
SAFE_DOT: '?.';
QUESTION: '?';
COALESCE: '??';
RANGE: '..';
RANGE_INCLUSIVE: '..=';
POWER: '**';
STAR: '*';
SLASH: '/';
PERCENT: '%';
PLUS: '+';
MINUS: '-';
TILDE: '~';
SHIFT_LEFT: '<<';
SHIFT_RIGHT: '>>';
AMPERSAND: '&';
CARET: '^';
PIPE: '|';
EQ: '==';
NE: '!=';
LE: '<=';
GE: '>=';
LT: '<';
GT: '>';

// --- literals and names --------------------------------------------------------------------------

FLOAT: DIGIT+ '.' DIGIT+ EXPONENT? | DIGIT+ EXPONENT;
INT: DIGIT+;
DURATION: DIGIT+ ('ns' | 'us' | 'ms' | 's' | 'm' | 'h' | 'd');
TIMESTAMP:
    '@' DIGIT+ '-' DIGIT+ '-' DIGIT+
    ('T' DIGIT+ ':' DIGIT+ ':' DIGIT+ ('.' DIGIT+)?)? ('Z' | [+\-] DIGIT DIGIT ':' DIGIT DIGIT)?;
RAW_STRING: '\'' (~'\'' | '\'\'')* '\'';
STRING: '"' ('\\' . | ~["\\])* '"';
ESCAPED_STRING: 'e"' ('\\' . | ~["\\])* '"';
BACKTICK: '`' ~[`\r\n]+ '`';
NAME: [A-Za-z_] [A-Za-z0-9_]*;

// --- between tokens ------------------------------------------------------------------------------

LINE_BREAK: '\r'? '\n';
SPACE: [ \t\r\uFEFF]+ -> skip;
LINE_COMMENT: ('#' | '//') ~[\n]* -> skip;
BLOCK_COMMENT: '/*' .*? '*/' -> skip;

// --- what is no VPL; each has its own message ----------------------------------------------------

BAD_NUMBER: DIGIT+ [A-Za-z_] [A-Za-z0-9_]*;
UNCLOSED_RAW_STRING: '\'' (~'\'' | '\'\'')*;
UNCLOSED_STRING: 'e'? '"' ('\\' . | ~["\\])* '\\'?;
UNCLOSED_COMMENT: '/*';
FOREIGN_OPERATOR: '&&' | '||' | '!' | '===' | '!==' | '++' | '+=' | '-=' | '*=' | '/=' | '<>';
BAD_CHARACTER: .;

fragment DIGIT: [0-9];
fragment EXPONENT: [eE] [+\-]? DIGIT+;
