using System.Globalization;
using System.Numerics;

namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary>Jinja's expression grammar; each method is one level of precedence, the loosest first.</summary>
internal sealed class ExpressionParser(TokenReader reader)
{
    private static readonly HashSet<string> Reserved = ["and", "or", "not", "in", "is", "if", "else"];

    /// <summary>An expression, possibly with an inline if.</summary>
    public Expression Parse(bool withCondition = true)
    {
        reader.Deeper();
        var line = reader.Current.Line;
        var expression = Or();
        var links = 0;
        for (; withCondition && reader.TryName("if"); Link(ref links))
        {
            var condition = Or();
            expression = new ConditionalExpression(line, condition, expression, reader.TryName("else") ? Parse() : null);
        }
        reader.Shallower(links + 1);
        return expression;
    }

    private Expression Or()
    {
        var left = And();
        var links = 0;
        while (reader.TryName("or"))
        {
            left = new LogicalExpression(left.Line, isAnd: false, left, And());
            Link(ref links);
        }
        reader.Shallower(links);
        return left;
    }

    private Expression And()
    {
        var left = Not();
        var links = 0;
        while (reader.TryName("and"))
        {
            left = new LogicalExpression(left.Line, isAnd: true, left, Not());
            Link(ref links);
        }
        reader.Shallower(links);
        return left;
    }

    private Expression Not()
    {
        var line = reader.Current.Line;
        if (!reader.TryName("not"))
            return Comparison();
        reader.Deeper();
        var operand = Not();
        reader.Shallower();
        return new UnaryExpression(line, "not", operand);
    }

    private Expression Comparison()
    {
        var first = Sum();
        var rest = new List<(string, Expression)>();
        while (ComparisonSign() is { } sign)
            rest.Add((sign, Sum()));
        return rest.Count == 0 ? first : new CompareExpression(first.Line, first, rest);
    }

    private string? ComparisonSign()
    {
        if (reader.Current is { Kind: TokenKind.Operator, Text: "==" or "!=" or "<" or "<=" or ">" or ">=" })
            return reader.Take().Text;
        if (reader.TryName("in"))
            return "in";
        if (!reader.TryName("not"))
            return null;
        return reader.TryName("in") ? "not in" : throw reader.Fault("'not' without 'in'");
    }

    private Expression Sum()
    {
        var left = Concatenation();
        var links = 0;
        while (reader.Current is { Kind: TokenKind.Operator, Text: "+" or "-" })
        {
            left = new BinaryExpression(left.Line, reader.Take().Text, left, Concatenation());
            Link(ref links);
        }
        reader.Shallower(links);
        return left;
    }

    private Expression Concatenation()
    {
        var left = Product();
        var links = 0;
        while (reader.TryOperator("~"))
        {
            left = new BinaryExpression(left.Line, "~", left, Product());
            Link(ref links);
        }
        reader.Shallower(links);
        return left;
    }

    private Expression Product()
    {
        var left = Unary();
        var links = 0;
        while (reader.Current is { Kind: TokenKind.Operator, Text: "*" or "/" or "//" or "%" })
        {
            left = new BinaryExpression(left.Line, reader.Take().Text, left, Unary());
            Link(ref links);
        }
        reader.Shallower(links);
        return reader.IsOperator("**") ? throw reader.Fault("the operator '**' is not supported") : left;
    }

    private Expression Unary(bool withFilters = true)
    {
        reader.Deeper();
        var line = reader.Current.Line;
        var expression = reader.Current is { Kind: TokenKind.Operator, Text: "-" or "+" }
            ? new UnaryExpression(line, reader.Take().Text, Unary(withFilters: false))
            : Primary();
        expression = Postfix(expression);
        reader.Shallower();
        return withFilters ? Filtered(expression) : expression;
    }

    private Expression Primary()
    {
        var token = reader.Current;
        switch (token.Kind)
        {
            case TokenKind.Text:
                return new ConstantExpression(token.Line, new StringValue(Adjacent()));
            case TokenKind.Integer:
                reader.Take();
                return new ConstantExpression(token.Line, new IntValue(BigInteger.Parse(token.Text, CultureInfo.InvariantCulture)));
            case TokenKind.Float:
                reader.Take();
                return new ConstantExpression(token.Line, new FloatValue(double.Parse(token.Text, CultureInfo.InvariantCulture)));
            case TokenKind.Name when !Reserved.Contains(token.Text):
                reader.Take();
                return Name(token);
            case TokenKind.Operator when token.Text == "(":
                return Parenthesized();
            case TokenKind.Operator when token.Text == "[":
                reader.Take();
                return new ListExpression(token.Line, Items("]"));
            case TokenKind.Operator when token.Text == "{":
                return Dictionary();
            default:
                throw reader.Fault(token.Text.Length > 0 ? $"'{token.Text}' begins no expression" : "an expression is missing");
        }
    }

    private string Adjacent()
    {
        var text = reader.Take().Text;
        while (reader.Current.Kind == TokenKind.Text)
            text += reader.Take().Text;
        return text;
    }

    private static Expression Name(Token token) => token.Text switch
    {
        "true" or "True" => new ConstantExpression(token.Line, BoolValue.Of(true)),
        "false" or "False" => new ConstantExpression(token.Line, BoolValue.Of(false)),
        "none" or "None" => new ConstantExpression(token.Line, NoneValue.Instance),
        _ => new NameExpression(token.Line, token.Text),
    };

    private Expression Parenthesized()
    {
        reader.Expect("(");
        var expression = Parse();
        if (reader.IsOperator(","))
            throw reader.Fault("a tuple is not supported");
        reader.Expect(")");
        return expression;
    }

    private List<Expression> Items(string end)
    {
        var items = new List<Expression>();
        while (!reader.TryOperator(end))
        {
            if (items.Count > 0)
                reader.Expect(",");
            if (reader.TryOperator(end))
                break;
            items.Add(Parse());
        }
        return items;
    }

    private DictExpression Dictionary()
    {
        var line = reader.Take().Line;
        var entries = new List<(Expression, Expression)>();
        while (!reader.TryOperator("}"))
        {
            if (entries.Count > 0)
                reader.Expect(",");
            if (reader.TryOperator("}"))
                break;
            var key = Parse();
            reader.Expect(":");
            entries.Add((key, Parse()));
        }
        return new DictExpression(line, entries);
    }

    private Expression Postfix(Expression expression)
    {
        for (var links = 0; ; Link(ref links))
        {
            if (reader.TryOperator("."))
                expression = Member(expression);
            else if (reader.TryOperator("["))
                expression = Subscript(expression);
            else if (reader.IsOperator("("))
                expression = new CallExpression(expression.Line, expression, Arguments());
            else
                return Ended(expression, links);
        }
    }

    /// <summary>One more link of a chain: the tree grows to the left by one level, and whoever walks it goes as deep.</summary>
    private void Link(ref int links)
    {
        reader.Deeper();
        links++;
    }

    private Expression Ended(Expression expression, int links)
    {
        reader.Shallower(links);
        return expression;
    }

    private Expression Member(Expression target)
    {
        if (reader.Current.Kind == TokenKind.Integer)
            return new SubscriptExpression(target.Line, target, Primary());
        var name = reader.Expect(TokenKind.Name).Text;
        return target is NameExpression { Name: "loop" } && !ForStatement.Knows(name)
            ? throw reader.Fault($"'loop.{name}' is not supported")
            : new AttributeExpression(target.Line, target, name);
    }

    private Expression Subscript(Expression target)
    {
        var start = reader.IsOperator(":") ? null : Parse();
        if (!reader.TryOperator(":"))
        {
            reader.Expect("]");
            return new SubscriptExpression(target.Line, target, start!);
        }
        var stop = reader.IsOperator(":") || reader.IsOperator("]") ? null : Parse();
        var step = reader.TryOperator(":") && !reader.IsOperator("]") ? Parse() : null;
        reader.Expect("]");
        return new SliceExpression(target.Line, target, start, stop, step);
    }

    private Arguments Arguments()
    {
        reader.Expect("(");
        var positional = new List<Expression>();
        var named = new List<(string Name, Expression Value)>();
        while (!reader.TryOperator(")"))
        {
            if (positional.Count + named.Count > 0)
                reader.Expect(",");
            if (reader.TryOperator(")"))
                break;
            if (reader.IsOperator("*") || reader.IsOperator("**"))
                throw reader.Fault("'*' in arguments is not supported");
            var value = Parse();
            if (value is NameExpression name && reader.TryOperator("="))
                named.Add((name.Name, Parse()));
            else if (named.Count == 0)
                positional.Add(value);
            else
                throw reader.Fault("an argument without a name after one with a name");
        }
        if (named.DistinctBy(static argument => argument.Name).Count() < named.Count)
            throw reader.Fault("two arguments of one name");
        return new Arguments(positional, named);
    }

    private Expression Filtered(Expression expression)
    {
        for (var links = 0; ; Link(ref links))
        {
            if (reader.TryOperator("|"))
                expression = Filter(expression);
            else if (reader.TryName("is"))
                expression = Test(expression);
            else if (reader.IsOperator("("))
                expression = new CallExpression(expression.Line, expression, Arguments());
            else
                return Ended(expression, links);
        }
    }

    private FilterExpression Filter(Expression target)
    {
        var name = reader.Expect(TokenKind.Name).Text;
        if (!Filters.Exists(name))
            throw reader.Fault($"the filter '{name}' is not supported");
        return new FilterExpression(target.Line, target, name, reader.IsOperator("(") ? Arguments() : Syntax.Arguments.None);
    }

    private TestExpression Test(Expression target)
    {
        var negated = reader.TryName("not");
        var name = reader.Expect(TokenKind.Name).Text;
        return Tests.Exists(name)
            ? new TestExpression(target.Line, target, name, negated)
            : throw reader.Fault($"the test '{name}' is not supported");
    }
}
