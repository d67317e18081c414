using System.Reflection;

namespace Loragate.Architecture;

public sealed class TypeTests
{
    public static TheoryData<string> Projects => [.. Product.Walls.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Every_class_is_sealed_static_or_abstract(string project) =>
        Offenders.None(Product.TypesOf(project).Where(type => type is { IsClass: true, IsSealed: false, IsAbstract: false }).Select(type => type.FullName));

    [Fact]
    public void The_search_for_types_sees_the_types() =>
        Assert.All(Product.Walls.Keys.Where(HasSources), project => Assert.NotEmpty(Product.TypesOf(project)));

    [Fact]
    public void An_interface_has_at_least_two_implementations()
    {
        var types = Product.Walls.Keys.SelectMany(Product.TypesOf).ToList();
        var interfaces = types.Where(type => type.IsInterface).ToList();
        Offenders.None(interfaces.Where(contract => types.Count(type => !type.IsInterface && Implements(type, contract)) < 2).Select(type => type.FullName));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_public_type_has_no_public_fields_but_constants(string project) =>
        Offenders.None(Product.TypesOf(project)
            .Where(type => !type.IsEnum)
            .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(field => field is { IsLiteral: false, DeclaringType.IsVisible: true, IsSpecialName: false })
            .Select(field => $"{field.DeclaringType!.FullName}.{field.Name}"));

    private static bool HasSources(string project) => Product.Sources.Any(path => Product.Relative(path).StartsWith(project + "/", StringComparison.Ordinal));

    private static bool Implements(Type type, Type contract) =>
        type.GetInterfaces().Any(candidate => candidate == contract || candidate.IsGenericType && candidate.GetGenericTypeDefinition() == contract);
}
