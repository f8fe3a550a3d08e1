# Prints <, = or > for each line with two versions, and ? where one is none.
STDIN.each_line do |line|
  a, b = line.split
  if Gem::Version.correct?(a) && Gem::Version.correct?(b)
    puts %w[< = >][(Gem::Version.new(a) <=> Gem::Version.new(b)) + 1]
  else
    puts '?'
  end
end
