namespace Loragate.Architecture;

/// <summary>Names everything that breaks a rule, however much it is.</summary>
internal static class Offenders
{
    public static void None<T>(IEnumerable<T> found)
    {
        var list = found.ToList();
        Assert.True(list.Count == 0, string.Join(Environment.NewLine, list));
    }
}
