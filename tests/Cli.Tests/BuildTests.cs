namespace Loragate.Cli;

public sealed class BuildTests
{
    [Fact]
    public void A_build_is_named_by_its_version_and_by_the_code_it_was_made_from()
    {
        Assert.Matches(@"^\d+\.\d+\.\d+\+[0-9a-f]{12}$", Build.Name);
        Assert.Equal(Build.Name, Tool.Version);
    }
}
