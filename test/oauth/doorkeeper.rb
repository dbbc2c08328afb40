# Doorkeeper, the OAuth server that GitLab runs, in the smallest Rails application that carries it, at
# the addresses that GitLab uses and configured as GitLab configures it. Everybody who opens the
# authorize page is one person who agrees. `ruby doorkeeper.rb REDIRECT_URI` prints the port where it
# listens.
require 'logger'
require 'active_record/railtie'
require 'action_controller/railtie'
require 'doorkeeper'
require 'puma'
require 'puma/server'

redirect_uri, = ARGV
PERSON = { id: 42, username: 'ada', name: 'Ada' }.freeze

# One connection in memory, which all requests share one after the other.
ENV['DATABASE_URL'] = 'sqlite3::memory:?pool=1'

class Application < Rails::Application
  config.load_defaults 6.1
  config.eager_load = false
  config.secret_key_base = 'only for these tests'
  config.logger = Logger.new(IO::NULL)
  config.hosts.clear
  config.consider_all_requests_local = true
end

class Person < ActiveRecord::Base; end

Doorkeeper.configure do
  orm :active_record
  resource_owner_authenticator { Person.find(PERSON[:id]) }
  skip_authorization { true }
  default_scopes :api
  grant_flows %w[authorization_code]
  use_refresh_token
  force_ssl_in_redirect_uri false
  access_token_expires_in 2.hours
end

class UserController < ActionController::API
  before_action -> { doorkeeper_authorize! :api }

  def show
    render json: PERSON
  end
end

Application.initialize!
Application.routes.draw do
  use_doorkeeper { skip_controllers :applications, :authorized_applications }
  get '/api/v4/user', to: 'user#show'
end

ActiveRecord::Schema.verbose = false
ActiveRecord::Schema.define do
  create_table :people
  create_table :oauth_applications do |t|
    t.string :name, :uid, :secret, null: false
    t.text :redirect_uri
    t.string :scopes, null: false, default: ''
    t.boolean :confidential, null: false, default: true
    t.timestamps null: false
  end
  create_table :oauth_access_grants do |t|
    t.references :resource_owner, :application, null: false
    t.string :token, null: false, index: { unique: true }
    t.integer :expires_in, null: false
    t.text :redirect_uri, null: false
    t.datetime :created_at, null: false
    t.datetime :revoked_at
    t.string :scopes, null: false, default: ''
    t.string :code_challenge, :code_challenge_method
  end
  create_table :oauth_access_tokens do |t|
    t.references :resource_owner, :application
    t.string :token, null: false, index: { unique: true }
    t.string :refresh_token, index: { unique: true }
    t.integer :expires_in
    t.datetime :revoked_at
    t.datetime :created_at, null: false
    t.string :scopes
  end
end

Person.create!(id: PERSON[:id])
Doorkeeper::Application.create!(
  name: 'forgebridge', uid: 'forgebridge', secret: ENV.fetch('CLIENT_SECRET'),
  redirect_uri: redirect_uri, scopes: 'api'
)

ActiveRecord::Base.connection_pool.release_connection

server = Puma::Server.new(Application, Puma::Events.null)
server.min_threads = server.max_threads = 1
listener = server.add_tcp_listener('127.0.0.1', 0)
server.run
puts listener.addr[1]
$stdout.flush
sleep
