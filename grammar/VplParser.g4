// VPL (language.md 1.7, language-later.md 2.4). The parser reads one top-level statement at a time,
// cut by compiler/syntax, which also balances brackets beforehand. Expressions are flat lists of
// operands and operators: precedence is applied in the AST builder (decision D33), which keeps the
// parse linear and free of recursion over long chains.
parser grammar VplParser;

options { tokenVocab = VplLexer; superClass = RuleReader; }

@parser::postinclude {
#include "grammar/rule_reader.h"
}

topStatement: statement EOF;

statement: compoundStatement | simpleStatement NEWLINE;

compoundStatement:
      eventDecl
    | typeDecl
    | functionDecl
    | configDecl
    | ifStatement
    | forStatement
    | whileStatement;

simpleStatement:
      contextDecl
    | connectorDecl
    | streamDecl
    | patternDecl
    | importDecl
    | variableDecl
    | assignStatement
    | returnStatement
    | BREAK
    | CONTINUE
    | emitStatement
    | expr;

block: NEWLINE INDENT statement+ DEDENT | simpleStatement NEWLINE;

// --- declarations --------------------------------------------------------------------------------

eventDecl: EVENT name (EXTENDS dottedName)? fieldBlock;
fieldBlock:
      COLON NEWLINE INDENT (field (COMMA? NEWLINE | COMMA))+ DEDENT
    | COLON field (COMMA field)* COMMA? NEWLINE
    | LBRACE (field (COMMA field)* COMMA?)? RBRACE NEWLINE;
field: anyName COLON typeRef;

typeDecl: TYPE name (EQUALS typeRef NEWLINE | fieldBlock);
typeRef: typeCore QUESTION*;
typeCore:
      LBRACKET typeRef RBRACKET
    | LBRACE typeRef COLON typeRef RBRACE
    | LPAREN typeRef (COMMA typeRef)+ RPAREN
    | STREAM_TYPE LT typeRef GT
    | dottedName;

contextDecl: CONTEXT name (LPAREN CORES COLON LBRACKET (expr (COMMA expr)* COMMA?)? RBRACKET COMMA? RPAREN)?;

connectorDecl: CONNECTOR name EQUALS name LPAREN (configItem (COMMA configItem)* COMMA?)? RPAREN;
configDecl:
      CONFIG name? LBRACE (configItem COMMA?)* RBRACE NEWLINE
    | CONFIG COLON NEWLINE INDENT (configItem (COMMA? NEWLINE | COMMA))+ DEDENT;
configItem: anyName COLON configValue;
configValue:
      LBRACKET (configValue (COMMA configValue)* COMMA?)? RBRACKET  # ConfigList
    | LBRACE (configItem COMMA?)* RBRACE                            # ConfigBlock
    | expr                                                          # ConfigExpr;

importDecl:
      IMPORT text (AS name)?
    | IMPORT FN name LPAREN parameters? RPAREN ARROW typeRef FROM text;

functionDecl: FN name LPAREN parameters? RPAREN (ARROW typeRef)? COLON block;
parameters: parameter (COMMA parameter)* COMMA?;
parameter: name COLON typeRef;

// --- statements ----------------------------------------------------------------------------------

variableDecl: (LET | VAR | CONST) name (COLON typeRef)? EQUALS expr;
assignStatement: name ASSIGN expr;
ifStatement: IF expr COLON block (ELIF expr COLON block)* (ELSE COLON block)?;
forStatement: FOR name IN expr COLON block;
whileStatement: WHILE expr COLON block;
returnStatement: RETURN expr?;
emitStatement: EMIT dottedName LPAREN (argument (COMMA argument)* COMMA?)? RPAREN;

// --- streams -------------------------------------------------------------------------------------

streamDecl: STREAM name (COLON typeRef)? EQUALS source streamItem*;

source:
      MERGE LPAREN branches RPAREN                                        # MergeOf
    | (JOIN | LEFT_JOIN | RIGHT_JOIN | FULL_JOIN) LPAREN branches RPAREN  # JoinOf
    | SEQUENCE LPAREN sequenceStep (COMMA sequenceStep)* COMMA? RPAREN    # SequenceOf
    | TIMER LPAREN expr (COMMA INITIAL_DELAY COLON expr)? COMMA? RPAREN   # TimerOf
    | dottedName STREAM_DOT FROM LPAREN dottedName (COMMA argument)* COMMA? RPAREN stepTail  # ConnectorOf
    | ALL? dottedName stepTail                                            # NamedOf;
branches: branch (COMMA branch)* COMMA?;
branch:
    (STREAM name EQUALS)? dottedName (STREAM_DOT WHERE LPAREN expr RPAREN)?
    (STREAM_DOT ON LPAREN expr RPAREN | ON expr)?;
sequenceStep: name COLON dottedName (WHERE expr)? (STREAM_DOT WITHIN LPAREN expr RPAREN)?;

streamItem: ARROW ALL? dottedName monotonic? stepTail | streamOp;
monotonic: STREAM_DOT (INCREASING | DECREASING) LPAREN name RPAREN;
stepTail: (WHERE expr)? (AS name (WHERE expr)?)?;

streamOp:
      STREAM_DOT EMIT AS dottedName LPAREN arguments? RPAREN       # EmitAs
    | STREAM_DOT NOT LPAREN dottedName stepTail RPAREN             # Negation
    | STREAM_DOT PATTERN LPAREN anyName COLON (lambda | patternExpr) COMMA? RPAREN  # PatternOp
    | STREAM_DOT anyName LPAREN arguments? RPAREN                  # PlainOp;
arguments: argument (COMMA argument)* COMMA?;
argument: (anyName COLON)? (streamOp+ | expr (ASC | DESC)?);

// --- patterns ------------------------------------------------------------------------------------

patternDecl: PATTERN name EQUALS patternExpr patternClause*;
patternClause: WITHIN expr | PARTITION BY expr;
patternExpr: patternAny (ARROW patternAny)*;
patternAny: patternXor (PATTERN_OR patternXor)*;
patternXor: patternAll (PATTERN_XOR patternAll)*;
patternAll: patternPart (PATTERN_AND patternPart)*;
patternPart:
      PATTERN_NOT? SEQ LPAREN patternExpr (COMMA patternExpr)* COMMA? RPAREN  # SeqPart
    | PATTERN_NOT? LPAREN patternExpr RPAREN                                 # GroupPart
    | ALL? PATTERN_NOT? dottedName (PLUS | STAR | QUESTION)? monotonic? stepTail  # StepPart;

// --- expressions ---------------------------------------------------------------------------------

expr: ifExpr | lambda | chain;
ifExpr: IF expr THEN expr ELSE expr;
lambda: (name | LPAREN (name (COMMA name)* COMMA?)? RPAREN) FAT_ARROW (lambdaBlock | expr);
lambdaBlock: LBRACE separator* statementInLambda (separator+ statementInLambda)* separator* RBRACE;
statementInLambda: variableDecl | assignStatement | expr;
separator: SEMICOLON | NEWLINE;

chain: prefix* operand link*;
link: infix prefix* operand | IS NOT? (dottedName | NULL_);
prefix: MINUS | TILDE | NOT;
infix:
      POWER | STAR | SLASH | PERCENT | PLUS | MINUS | SHIFT_LEFT | SHIFT_RIGHT | AMPERSAND | CARET | PIPE
    | EQ | NE | LT | LE | GT | GE | IN | NOT IN | AND | XOR | OR | COALESCE | RANGE | RANGE_INCLUSIVE;

operand: primary suffix*;
primary:
      (INT | FLOAT | TRUE | FALSE | NULL_ | DURATION | TIMESTAMP)  # Literal
    | text                                                         # TextLiteral
    | BACKTICK                                                     # FieldName
    | name                                                         # PlainName
    | LPAREN expr RPAREN                                           # Group
    | LBRACKET (expr (COMMA expr)* COMMA?)? RBRACKET               # Array
    | LBRACE (mapEntry (COMMA mapEntry)* COMMA?)? RBRACE           # Map;
mapEntry: (anyName | text) COLON expr;
suffix:
      (DOT | SAFE_DOT) (anyName | BACKTICK)                          # Member
    | LPAREN (callArgument (COMMA callArgument)* COMMA?)? RPAREN     # Call
    | LBRACKET expr? COLON expr? RBRACKET                            # Slice
    | LBRACKET expr RBRACKET                                         # Index;
callArgument: (anyName COLON)? expr;

text: STRING | RAW_STRING | ESCAPED_STRING;

// --- names ---------------------------------------------------------------------------------------

dottedName: name (DOT name)*;
name: NAME | softName;
// After a dot and before a colon even reserved words are names.
anyName: NAME | softName | AND | OR | NOT | IN | IS | TRUE | FALSE | NULL_ | IF | THEN | ELSE;
softName:
      XOR | EVENT | EXTENDS | TYPE | STREAM | PATTERN | CONNECTOR | CONTEXT | CORES | CONFIG | IMPORT
    | FROM | FN | LET | VAR | CONST | ELIF | FOR | WHILE | RETURN | BREAK | CONTINUE | EMIT | AS | ALL
    | WHERE | ON | WITHIN | PARTITION | BY | MERGE | JOIN | LEFT_JOIN | RIGHT_JOIN | FULL_JOIN
    | SEQUENCE | TIMER | INITIAL_DELAY | INCREASING | DECREASING | ASC | DESC | STREAM_TYPE | SEQ
    | PATTERN_AND | PATTERN_OR | PATTERN_NOT;
