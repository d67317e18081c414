namespace Loragate.Governance.Approvals;

/// <summary>
/// Gives distinct people to the demanded places, as many as can be filled at once: a maximum bipartite matching by augmenting paths
/// (H. Kuhn, Naval Research Logistics Quarterly 2, 1955). The order of roles and files decides nothing.
/// </summary>
internal sealed class Quorum
{
    private readonly string[] _places;
    private readonly IReadOnlyDictionary<string, IReadOnlySet<string>> _rolesOf;
    private readonly Dictionary<string, int> _placeOf = new(StringComparer.Ordinal);

    private Quorum(string[] places, IReadOnlyDictionary<string, IReadOnlySet<string>> rolesOf) => (_places, _rolesOf) = (places, rolesOf);

    /// <summary>The demands that stay open, each with how many people it still lacks; empty where the quorum is there.</summary>
    /// <param name="demands">The demands.</param>
    /// <param name="rolesOf">The roles in which each person has approved.</param>
    public static IReadOnlyList<RoleDemand> Missing(IReadOnlyList<RoleDemand> demands, IReadOnlyDictionary<string, IReadOnlySet<string>> rolesOf)
    {
        var quorum = new Quorum([.. demands.SelectMany(demand => Enumerable.Repeat(demand.Role, demand.People))], rolesOf);
        var open = Enumerable.Range(0, quorum._places.Length).Where(place => !quorum.Fill(place, new HashSet<string>(StringComparer.Ordinal))).Select(place => quorum._places[place]).ToList();
        return [.. demands.Select(demand => demand with { People = open.Count(role => role == demand.Role) }).Where(demand => demand.People > 0)];
    }

    /// <summary>Fills a place with somebody who is free, or whose own place somebody else can take.</summary>
    private bool Fill(int place, HashSet<string> asked)
    {
        foreach (var (person, _) in _rolesOf.Where(pair => pair.Value.Contains(_places[place])))
        {
            if (!asked.Add(person))
                continue;
            if (!_placeOf.TryGetValue(person, out var held) || Fill(held, asked))
            {
                _placeOf[person] = place;
                return true;
            }
        }
        return false;
    }
}
