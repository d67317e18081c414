using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Loragate.Governance.Reports.Text;

/// <summary>The sentences that the inspection's source can write, with a sample in every gap.</summary>
internal static class FindingSentences
{
    private const string Sample = "7";

    /// <summary>What a call says that names a finding by its id: message and advice, its last two arguments.</summary>
    public static IEnumerable<string> OfFindings(IEnumerable<string> files, IReadOnlySet<string> ids) =>
        from call in files.SelectMany(Nodes<BaseArgumentListSyntax>)
        where call.Arguments.Count >= 3 && call.Arguments.Any(argument => argument.Expression is LiteralExpressionSyntax literal && ids.Contains(literal.Token.ValueText))
        from argument in call.Arguments.TakeLast(2)
        from sentence in Samples(argument.Expression)
        where sentence != Sample
        select sentence;

    /// <summary>What a property of this name is set to.</summary>
    public static IEnumerable<string> SetTo(string property, string file) =>
        Nodes<AssignmentExpressionSyntax>(file).Where(assignment => assignment.Left.ToString() == property).SelectMany(assignment => Samples(assignment.Right)).Where(sentence => sentence != Sample);

    /// <summary>What is given to calls of these names at a place.</summary>
    public static IEnumerable<string> GivenTo(string[] methods, int argument, string file) =>
        Nodes<InvocationExpressionSyntax>(file).Where(call => methods.Contains(call.Expression.ToString())).SelectMany(call => Samples(call.ArgumentList.Arguments[argument].Expression));

    /// <summary>What a method's switch answers.</summary>
    public static IEnumerable<string> AnswersOf(string method, string file) =>
        Nodes<MethodDeclarationSyntax>(file).Where(each => each.Identifier.Text == method).SelectMany(each => each.DescendantNodes().OfType<SwitchExpressionArmSyntax>()).SelectMany(arm => Samples(arm.Expression));

    private static IEnumerable<T> Nodes<T>(string file)
        where T : SyntaxNode => CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot().DescendantNodes().OfType<T>();

    private static IEnumerable<string> Samples(ExpressionSyntax expression) => expression switch
    {
        LiteralExpressionSyntax literal when literal.IsKind(SyntaxKind.StringLiteralExpression) => [literal.Token.ValueText],
        ParenthesizedExpressionSyntax inner => Samples(inner.Expression),
        ConditionalExpressionSyntax choice => Samples(choice.WhenTrue).Concat(Samples(choice.WhenFalse)),
        InvocationExpressionSyntax call when call.Expression.ToString() == "FormattableString.Invariant" => Samples(call.ArgumentList.Arguments[0].Expression),
        InterpolatedStringExpressionSyntax interpolated => interpolated.Contents.Aggregate((IEnumerable<string>)[""], (heads, part) => heads.SelectMany(_ => Parts(part), (head, tail) => head + tail)),
        IdentifierNameSyntax name when Local(name) is { } value => Samples(value),
        _ => [Sample],
    };

    private static IEnumerable<string> Parts(InterpolatedStringContentSyntax part) => part switch
    {
        InterpolatedStringTextSyntax text => [text.TextToken.ValueText],
        InterpolationSyntax gap => Samples(gap.Expression),
        _ => [],
    };

    private static ExpressionSyntax? Local(IdentifierNameSyntax name) =>
        name.FirstAncestorOrSelf<MethodDeclarationSyntax>()?.DescendantNodes().OfType<VariableDeclaratorSyntax>().FirstOrDefault(local => local.Identifier.Text == name.Identifier.Text)?.Initializer?.Value;
}
