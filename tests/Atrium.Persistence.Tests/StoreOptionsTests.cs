namespace Atrium.Persistence.Tests;

public sealed class StoreOptionsTests
{
    [Theory]
    [InlineData("mysql", "x", "y", "Provider is 'mysql'; allowed are 'sqlite' and 'postgresql'.")]
    [InlineData("sqlite", "", "y", "Path is empty")]
    [InlineData("sqlite", null, "y", "Path is empty")]
    [InlineData("postgresql", "x", " ", "ConnectionString is empty")]
    public void Wrong_options_are_refused_with_the_key_the_value_and_what_is_allowed(string provider, string? path, string? connection, string message)
    {
        var options = new StoreOptions { Provider = provider, Path = path, ConnectionString = connection };
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => AtriumStore.Open(options)).Message, StringComparison.Ordinal);
    }
}
