namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary>Parses a template's tags: output, if, for and set; every other tag is refused by name.</summary>
internal sealed class TemplateParser
{
    private readonly TokenReader _reader;
    private readonly ExpressionParser _expressions;

    private TemplateParser(TokenReader reader)
    {
        _reader = reader;
        _expressions = new ExpressionParser(reader);
    }

    /// <summary>Parses a whole template.</summary>
    public static Block Parse(string text, string place, TemplateOptions options)
    {
        var reader = new TokenReader(Lexer.Read(text, place, options), place, options.MaxDepth);
        var block = new TemplateParser(reader).Block(out var end);
        return end.Length == 0 ? block : throw reader.Fault($"the tag '{end}' closes nothing");
    }

    /// <summary>Statements up to a tag that is no statement, whose name is taken.</summary>
    private Block Block(out string end)
    {
        _reader.Deeper();
        var statements = new List<Statement>();
        end = "";
        while (_reader.Current.Kind != TokenKind.End)
        {
            var token = _reader.Take();
            if (token.Kind == TokenKind.Data)
                statements.Add(new DataStatement(token.Line, token.Text));
            else if (token.Kind == TokenKind.OutputBegin)
                statements.Add(Output(token.Line));
            else if (Tag(out end) is { } statement)
                statements.Add(statement);
            else
                break;
        }
        _reader.Shallower();
        return new Block(statements);
    }

    private OutputStatement Output(int line)
    {
        var expression = _expressions.Parse();
        if (_reader.IsOperator(","))
            throw _reader.Fault("a tuple is not supported");
        _reader.Expect(TokenKind.OutputEnd);
        return new OutputStatement(line, expression);
    }

    private Statement? Tag(out string end)
    {
        var name = _reader.Expect(TokenKind.Name);
        end = "";
        switch (name.Text)
        {
            case "if":
                return If(name.Line);
            case "for":
                return For(name.Line);
            case "set":
                return Set(name.Line);
            case "elif" or "else" or "endif" or "endfor":
                end = name.Text;
                return null;
            default:
                throw _reader.Fault($"the tag '{name.Text}' is not supported");
        }
    }

    private IfStatement If(int line)
    {
        var branches = new List<(Expression?, Block)>();
        var end = "elif";
        while (end == "elif")
        {
            var condition = _expressions.Parse();
            _reader.Expect(TokenKind.BlockEnd);
            branches.Add((condition, Block(out end)));
        }
        if (end == "else")
        {
            _reader.Expect(TokenKind.BlockEnd);
            branches.Add((null, Block(out end)));
        }
        Close(end, "endif");
        return new IfStatement(line, branches);
    }

    private ForStatement For(int line)
    {
        var names = new List<string> { _reader.Expect(TokenKind.Name).Text };
        while (_reader.TryOperator(","))
            names.Add(_reader.Expect(TokenKind.Name).Text);
        if (!_reader.TryName("in"))
            throw _reader.Fault("'in' is expected after the names of a loop");
        var items = _expressions.Parse(withCondition: false);
        var condition = _reader.TryName("if") ? _expressions.Parse() : null;
        if (_reader.IsName("recursive"))
            throw _reader.Fault("a recursive loop is not supported");
        _reader.Expect(TokenKind.BlockEnd);
        var body = Block(out var end);
        Block? otherwise = null;
        if (end == "else")
        {
            _reader.Expect(TokenKind.BlockEnd);
            otherwise = Block(out end);
        }
        Close(end, "endfor");
        return new ForStatement(line, names, items, condition, body, otherwise);
    }

    private Statement Set(int line)
    {
        var name = _reader.Expect(TokenKind.Name).Text;
        var attribute = _reader.TryOperator(".") ? _reader.Expect(TokenKind.Name).Text : null;
        if (!_reader.TryOperator("="))
            throw _reader.Fault("a 'set' other than of one name to an expression is not supported");
        var expression = _expressions.Parse();
        _reader.Expect(TokenKind.BlockEnd);
        return attribute is null ? new SetStatement(line, name, expression) : new SetAttributeStatement(line, name, attribute, expression);
    }

    private void Close(string end, string expected)
    {
        if (end != expected)
            throw _reader.Fault(end.Length == 0 ? $"'{expected}' is missing" : $"'{end}' where '{expected}' is expected");
        _reader.Expect(TokenKind.BlockEnd);
    }
}
