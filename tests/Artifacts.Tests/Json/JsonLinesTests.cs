using System.Text;

namespace Loragate.Artifacts.Json;

public sealed class JsonLinesTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("{}", "1:{}")]
    [InlineData("{}\n[]\n", "1:{} 2:[]")]
    [InlineData("\n \t\r\n{}\r\n\n[]", "3:{}\r 5:[]")]
    public void Every_line_that_holds_something_has_its_number(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', JsonLines.Of(Encoding.UTF8.GetBytes(text), "f").Select(line => $"{line.Place["f, line ".Length..]}:{Encoding.UTF8.GetString(line.Utf8.Span)}")));
}
