using System.Globalization;

namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary>The tokens of a template, read one by one.</summary>
internal sealed class TokenReader(IReadOnlyList<Token> tokens, string place, int maxDepth)
{
    private int _at;
    private int _depth;

    /// <summary>The token that comes next.</summary>
    public Token Current => tokens[_at];

    /// <summary>Takes the next token.</summary>
    public Token Take() => tokens[_at].Kind == TokenKind.End ? tokens[_at] : tokens[_at++];

    /// <summary>Whether an operator comes next.</summary>
    public bool IsOperator(string text) => Current.Kind == TokenKind.Operator && Current.Text == text;

    /// <summary>Whether a keyword comes next.</summary>
    public bool IsName(string text) => Current.Kind == TokenKind.Name && Current.Text == text;

    /// <summary>Takes an operator if it comes next.</summary>
    public bool TryOperator(string text)
    {
        var found = IsOperator(text);
        _at += found ? 1 : 0;
        return found;
    }

    /// <summary>Takes a keyword if it comes next.</summary>
    public bool TryName(string text)
    {
        var found = IsName(text);
        _at += found ? 1 : 0;
        return found;
    }

    /// <summary>Takes an operator that must come next.</summary>
    public void Expect(string text)
    {
        if (!TryOperator(text))
            throw Fault($"'{text}' is expected, not {Describe(Current)}");
    }

    /// <summary>Takes a token of a kind that must come next.</summary>
    public Token Expect(TokenKind kind) => Current.Kind == kind ? Take() : throw Fault($"{kind} is expected, not {Describe(Current)}");

    /// <summary>Goes one level deeper.</summary>
    public void Deeper()
    {
        if (++_depth > maxDepth)
            throw Fault($"more than {maxDepth} levels of nesting");
    }

    /// <summary>Comes back, one level or several.</summary>
    public void Shallower(int levels = 1) => _depth -= levels;

    /// <summary>A fault at the next token.</summary>
    public TemplateException Fault(string fault) => new($"{place}, template line {Current.Line.ToString(CultureInfo.InvariantCulture)}", fault);

    private static string Describe(Token token) => token.Kind == TokenKind.End ? "the end" : token.Text.Length > 0 ? $"'{token.Text}'" : $"{token.Kind}";
}
