namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary>A token of the template language.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text.</param>
/// <param name="Line">The line it starts on, from 1.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Line);
