namespace Loragate.Governance.Approvals;

public sealed class QuorumTests
{
    [Fact]
    public void One_person_fills_one_role() =>
        Assert.Equal([new RoleDemand("risk-owner", 1)], Missing([("reviewer", 1), ("risk-owner", 1)], ("a", ["reviewer", "risk-owner"])));

    [Theory]
    [InlineData("a", "b", "c")]
    [InlineData("c", "b", "a")]
    public void Who_can_fill_several_roles_gets_the_one_that_helps(string both, string second, string third) =>
        Assert.Empty(Missing([("reviewer", 2), ("risk-owner", 1)], (both, ["reviewer", "risk-owner"]), (second, ["reviewer"]), (third, ["reviewer"])));

    [Fact]
    public void A_chain_of_changes_is_found() =>
        Assert.Empty(Missing([("x", 1), ("y", 1), ("z", 1)], ("a", ["x", "y"]), ("b", ["x", "z"]), ("c", ["x"])));

    [Fact]
    public void What_lacks_is_counted_by_role() =>
        Assert.Equal([new RoleDemand("reviewer", 2), new RoleDemand("risk-owner", 1)], Missing([("reviewer", 3), ("risk-owner", 1)], ("a", ["reviewer"])));

    private static IReadOnlyList<RoleDemand> Missing((string Role, int People)[] demands, params (string Person, string[] Roles)[] people) => Quorum.Missing(
        [.. demands.Select(demand => new RoleDemand(demand.Role, demand.People))],
        people.ToDictionary(person => person.Person, IReadOnlySet<string> (person) => person.Roles.ToHashSet(), StringComparer.Ordinal));
}
